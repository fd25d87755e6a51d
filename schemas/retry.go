package schemas

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
)

// headerRetryOf marks the copy of a record that was set aside: the offset, in the same
// partition, of the record that it is a copy of, or elsewhere.
const (
	headerRetryOf = "ce_retryof"
	elsewhere     = "elsewhere"
)

// RetryOf is the offset of the record that m is a copy of, which is at if the original is in
// another topic: then m stands for itself. ok is false if m is no copy. A reader takes a copy
// into account only if it could not use the original, whatever the copy's id says: a reader
// that could has done so.
func RetryOf(m Message, at int64) (offset int64, ok bool) {
	v, ok := m.Get(headerRetryOf)
	if !ok {
		return 0, false
	}
	if v == elsewhere {
		return at, true
	}
	n, err := strconv.ParseUint(v, 10, 63)
	return int64(n), err == nil //nolint:gosec // 63 bits
}

// Retry is the copy of a record that stood at offset, to be put at the end of its partition.
// A copy of a copy is one of the original.
func Retry(m Message, offset int64) Message {
	if _, ok := RetryOf(m, offset); ok {
		return m
	}
	return marked(m, strconv.FormatInt(offset, 10))
}

// Elsewhere is m as it is put into another topic, where offsets of this one mean nothing.
func Elsewhere(m Message) Message {
	if _, ok := m.Get(headerRetryOf); !ok {
		return m
	}
	return marked(m, elsewhere)
}

func marked(m Message, of string) Message {
	m.Headers = slices.DeleteFunc(slices.Clone(m.Headers), func(h Header) bool { return h.Key == headerRetryOf })
	m.set(headerRetryOf, of)
	return m
}

// Handling is what a person did about a dead letter.
type Handling string

// The handlings.
const (
	Retried Handling = "retried" // a copy was put back
	Dropped Handling = "dropped" // it is given up
)

// Handled says that a dead letter needs no more attention. It stands behind the letter in the
// same topic, from which nothing is ever taken out before its time.
type Handled struct {
	Topic    string
	Position domain.Position
	How      Handling
	At       time.Time
}

const ceHandling = "ce_handling"

// EncodeHandled writes it: everything is in the headers.
func EncodeHandled(h Handled) Message {
	id := deadLetterID(h.Topic, h.Position)
	m := newMessage([]byte(id), typeHandled, sourceOperator, id+"/"+string(h.How), 3)
	m.set(ceTime, timeText(h.At))
	m.set(ceSubject, id)
	m.set(ceHandling, string(h.How))
	return m
}

// DecodeHandled reads it.
func DecodeHandled(m Message) (Handled, error) {
	if err := admit(m, handledKind); err != nil {
		return Handled{}, fmt.Errorf("read handling: %w", err)
	}
	e := envelope{m: m}
	h := Handled{How: Handling(e.text(ceHandling)), At: e.time(ceTime)}
	topic, position, err := ParseDeadLetterID(e.text(ceSubject))
	if e.err == nil {
		e.err = err
	}
	if e.err != nil {
		return Handled{}, fmt.Errorf("read handling: %w", e.err)
	}
	h.Topic, h.Position = topic, position
	return h, nil
}

// IsHandled says whether m is a [Handled] and not a dead letter.
func IsHandled(m Message) bool {
	kind, _ := m.Get(ceType)
	return kind == typeHandled
}

// ID names a dead letter by where its record was found, as in clicks/3/42.
func (d DeadLetter) ID() string { return deadLetterID(d.Topic, d.Position) }

func deadLetterID(topic string, p domain.Position) string {
	return fmt.Sprintf("%s/%d/%d", topic, p.Partition, p.Offset)
}

// ParseDeadLetterID reads what [DeadLetter.ID] writes.
func ParseDeadLetterID(s string) (topic string, p domain.Position, err error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 || parts[0] == "" {
		return "", p, unusable("%q is not topic/partition/offset", s)
	}
	partition, err1 := strconv.ParseUint(parts[1], 10, 31)
	offset, err2 := strconv.ParseUint(parts[2], 10, 63)
	if err1 != nil || err2 != nil {
		return "", p, unusable("%q is not topic/partition/offset", s)
	}
	return parts[0], domain.Position{Partition: int32(partition), Offset: int64(offset)}, nil //nolint:gosec // 31 and 63 bits
}
