package kafka

import (
	"strings"

	"github.com/linklog/linklog/schemas"
)

// headerCommandOffset is looked at without decoding: an event and a reply tell with it which
// command they come from.
const headerCommandOffset = "ce_commandoffset"

// message is the record as the codec reads it. All header text is cut from one string, since
// a record has a dozen of them.
func (r record) message() schemas.Message {
	m := schemas.Message{Key: r.key, Value: r.value}
	if len(r.headers) == 0 {
		return m
	}
	size := 0
	for _, h := range r.headers {
		size += len(h.Key) + len(h.Value)
	}
	var all strings.Builder
	all.Grow(size)
	for _, h := range r.headers {
		all.Write(h.Key)
		all.Write(h.Value)
	}
	text := all.String()
	m.Headers = make([]schemas.Header, len(r.headers))
	for i, h := range r.headers {
		m.Headers[i].Key, text = text[:len(h.Key)], text[len(h.Key):]
		m.Headers[i].Value, text = text[:len(h.Value)], text[len(h.Value):]
	}
	return m
}

// header is the value of the first header called name, or "".
func (r record) header(name string) string {
	for _, h := range r.headers {
		if string(h.Key) == name {
			return string(h.Value)
		}
	}
	return ""
}

// headerText turns the headers of an answer's records into text, all of it cut from one string.
// What it hands out is good until the next.
type headerText struct {
	text    string
	headers []schemas.Header
}

// read takes in the records that next is about to be asked for, in their order.
func (t *headerText) read(records []record) {
	size := 0
	for _, r := range records {
		for _, h := range r.headers {
			size += len(h.Key) + len(h.Value)
		}
	}
	var all strings.Builder
	all.Grow(size)
	for _, r := range records {
		for _, h := range r.headers {
			all.Write(h.Key)
			all.Write(h.Value)
		}
	}
	t.text = all.String()
}

// next is the headers of the next record.
func (t *headerText) next(r record) []schemas.Header {
	t.headers = t.headers[:0]
	for _, h := range r.headers {
		key, value := len(h.Key), len(h.Key)+len(h.Value)
		t.headers = append(t.headers, schemas.Header{Key: t.text[:key], Value: t.text[key:value]})
		t.text = t.text[value:]
	}
	return t.headers
}
