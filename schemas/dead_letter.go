package schemas

import (
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// DeadLetter is a record that could not be used.
type DeadLetter struct {
	Topic    string // where it was found, with Position the name of the dead letter
	Position domain.Position
	Message  Message // as it was found
	Reason   string  // why it could not be used, without any of its content
	At       time.Time
}

// EncodeDeadLetter writes a dead letter. The record's key is that of the record it speaks of.
func EncodeDeadLetter(d DeadLetter) (Message, error) {
	p := &pb.DeadLetter{
		Topic: d.Topic, Partition: d.Position.Partition, Offset: d.Position.Offset,
		Key: d.Message.Key, Value: d.Message.Value,
		Reason: strings.ToValidUTF8(d.Reason, "\uFFFD"), At: timeOut(d.At),
	}
	for _, h := range d.Message.Headers {
		p.Headers = append(p.Headers, &pb.RecordHeader{Key: []byte(h.Key), Value: []byte(h.Value)})
	}
	value, err := proto.Marshal(p)
	if err != nil {
		return Message{}, fmt.Errorf("write dead letter: %w", err)
	}
	m := newMessage(d.Message.Key, typeDeadLetter, sourceReader, d.ID(), 2)
	m.set(ceTime, timeText(d.At))
	m.set(contentType, protobufContent)
	m.Value = value
	return m, nil
}

// DecodeDeadLetter reads a dead letter.
func DecodeDeadLetter(m Message) (DeadLetter, error) {
	if err := admit(m, deadLetterKind); err != nil {
		return DeadLetter{}, fmt.Errorf("read dead letter: %w", err)
	}
	var p pb.DeadLetter
	if proto.Unmarshal(m.Value, &p) != nil {
		return DeadLetter{}, fmt.Errorf("read dead letter: %w", unusable("its payload is malformed"))
	}
	at, ok := timeIn(p.GetAt())
	if !ok {
		return DeadLetter{}, fmt.Errorf("read dead letter: %w", unusable("its time is not one"))
	}
	d := DeadLetter{
		Topic: p.GetTopic(), Position: domain.Position{Partition: p.GetPartition(), Offset: p.GetOffset()},
		Message: Message{Key: p.Key, Value: p.Value},
		Reason:  p.GetReason(), At: at,
	}
	for _, h := range p.GetHeaders() {
		d.Message.Headers = append(d.Message.Headers, Header{string(h.GetKey()), string(h.GetValue())})
	}
	return d, nil
}
