package schemas

// Message is a record of any topic, before a Kafka client has seen it or after.
type Message struct {
	Key     []byte
	Headers []Header
	Value   []byte
}

// Header is one header of a message.
type Header struct{ Key, Value string }

// Get is the first header of that name.
func (m Message) Get(name string) (value string, ok bool) {
	for i := range m.Headers {
		if m.Headers[i].Key == name {
			return m.Headers[i].Value, true
		}
	}
	return "", false
}

// set adds a header that says something.
func (m *Message) set(name, value string) {
	if value != "" {
		m.Headers = append(m.Headers, Header{name, value})
	}
}
