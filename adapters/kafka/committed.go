package kafka

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/IBM/sarama"
)

// partial tells that a block holds nothing but the beginning of a batch.
func partial(b *sarama.FetchResponseBlock) bool {
	if b.Partial {
		return true
	}
	return len(b.RecordsSet) == 1 && b.RecordsSet[0].RecordBatch != nil && b.RecordsSet[0].RecordBatch.PartialTrailingRecord
}

// committed picks the committed records at or behind from out of an answer, and says where to
// go on: behind the last batch, be it records, an aborted transaction's or a marker.
func committed(b *sarama.FetchResponseBlock, from int64) (records []record, next int64, err error) {
	aborted := slices.Clone(b.AbortedTransactions)
	slices.SortFunc(aborted, func(x, y *sarama.AbortedTransaction) int { return cmp.Compare(x.FirstOffset, y.FirstOffset) })
	open := map[int64]bool{} // producers inside a transaction that ends in an abort
	next = from
	for _, set := range b.RecordsSet {
		batch := set.RecordBatch
		if batch == nil {
			return nil, from, errors.New("a batch is in a format from before Kafka 0.11")
		}
		if batch.PartialTrailingRecord {
			break
		}
		for len(aborted) > 0 && aborted[0].FirstOffset <= batch.LastOffset() {
			open[aborted[0].ProducerID] = true
			aborted = aborted[1:]
		}
		switch {
		case batch.Control:
			if isAbort(batch) {
				delete(open, batch.ProducerID)
			}
		case batch.IsTransactional && open[batch.ProducerID]:
		default:
			records = appendRecords(records, batch, from)
		}
		next = max(next, batch.LastOffset()+1)
	}
	return records, next, nil
}

// appendRecords adds a batch's records; an answer begins with a whole batch, even if from is
// in the middle of it.
func appendRecords(records []record, batch *sarama.RecordBatch, from int64) []record {
	records = slices.Grow(records, len(batch.Records))
	for _, r := range batch.Records {
		at := record{
			offset: batch.FirstOffset + r.OffsetDelta, time: batch.FirstTimestamp.Add(r.TimestampDelta),
			key: r.Key, headers: r.Headers, value: r.Value,
		}
		if batch.LogAppendTime {
			at.time = batch.MaxTimestamp
		}
		if at.offset >= from {
			records = append(records, at)
		}
	}
	return records
}

// isAbort reads a marker's key: a version, and 0 for abort.
func isAbort(marker *sarama.RecordBatch) bool {
	return len(marker.Records) > 0 && len(marker.Records[0].Key) >= 4 && binary.BigEndian.Uint16(marker.Records[0].Key[2:]) == 0
}
