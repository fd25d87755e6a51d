package kafka

import (
	"time"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/schemas"
)

// newBatch packs messages for one partition. Who writes it, and its sequence number, are
// stamped on it before it is sent.
func newBatch(messages []schemas.Message, codec sarama.CompressionCodec) *sarama.RecordBatch {
	now := time.Now().Truncate(time.Millisecond) // brokers put their own time over it
	b := &sarama.RecordBatch{
		Version: 2, Codec: codec, CompressionLevel: sarama.CompressionLevelDefault,
		FirstTimestamp: now, MaxTimestamp: now,
		LastOffsetDelta: int32(len(messages) - 1), //nolint:gosec // bounded by the batch's size
		Records:         make([]*sarama.Record, len(messages)),
	}
	records := make([]sarama.Record, len(messages))
	headers := packHeaders(messages)
	for i, m := range messages {
		records[i] = sarama.Record{OffsetDelta: int64(i), Key: m.Key, Value: m.Value}
		records[i].Headers, headers = headers[:len(m.Headers):len(m.Headers)], headers[len(m.Headers):]
		b.Records[i] = &records[i]
	}
	return b
}

// maxBatchBytes bounds one batch before compression: brokers take a mebibyte by default.
const maxBatchBytes = 512 << 10

// fitting is how many of the messages go into one batch, at least one.
func fitting(messages []schemas.Message) int {
	size := 0
	for i, m := range messages {
		size += len(m.Key) + len(m.Value) + 16
		for _, h := range m.Headers {
			size += len(h.Key) + len(h.Value) + 4
		}
		if size > maxBatchBytes && i > 0 {
			return i
		}
	}
	return len(messages)
}

// packHeaders turns the headers of all messages, one behind the other, into sarama's form. It
// asks for memory a fixed number of times, not per header: clicks have nine each.
func packHeaders(messages []schemas.Message) []*sarama.RecordHeader {
	count, size := 0, 0
	for _, m := range messages {
		count += len(m.Headers)
		for _, h := range m.Headers {
			size += len(h.Key) + len(h.Value)
		}
	}
	text := make([]byte, 0, size)
	headers := make([]sarama.RecordHeader, count)
	pointers := make([]*sarama.RecordHeader, 0, count)
	for _, m := range messages {
		for _, h := range m.Headers {
			at := len(text)
			text = append(append(text, h.Key...), h.Value...)
			header := &headers[len(pointers)]
			header.Key, header.Value = text[at:at+len(h.Key)], text[at+len(h.Key):]
			pointers = append(pointers, header)
		}
	}
	return pointers
}

// identity is a producer as brokers know it, with the next sequence number of each partition.
type identity struct {
	id        int64
	epoch     int16
	sequences map[place]int32
}

// place is a partition of a topic.
type place struct {
	topic     string
	partition int32
}

func newIdentity(r *sarama.InitProducerIDResponse) identity {
	return identity{id: r.ProducerID, epoch: r.ProducerEpoch, sequences: map[place]int32{}}
}

// stamp makes b the producer's next batch for a partition.
func (i identity) stamp(b *sarama.RecordBatch, at place) {
	b.ProducerID, b.ProducerEpoch, b.FirstSequence = i.id, i.epoch, i.sequences[at]
}

// written moves on behind a batch that the broker has taken.
func (i identity) written(b *sarama.RecordBatch, at place) {
	const wrap = 1<<31 - 1                                                           // after the highest int32 comes 0
	i.sequences[at] = int32((int64(i.sequences[at]) + int64(len(b.Records))) & wrap) //nolint:gosec // masked
}
