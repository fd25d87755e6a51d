package main

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// clickLog is the clicks topic as the API's streams want it.
type clickLog struct{ *kafka.ClickReader }

// ReadTo implements httpapi.ClickLog.
func (l clickLog) ReadTo(ctx context.Context, from, to []int64, each func(partition int32, next int64, c domain.Click) error) error {
	return l.ClickReader.ReadTo(ctx, from, to, plain(each), func(int32, int64) {})
}

// Follow implements httpapi.ClickLog.
func (l clickLog) Follow(ctx context.Context, from []int64, each func(partition int32, next int64, c domain.Click) error) error {
	return l.ClickReader.Follow(ctx, from, plain(each))
}

func plain(each func(int32, int64, domain.Click) error) func(kafka.FoundClick) error {
	return func(f kafka.FoundClick) error { return each(f.Partition, f.Offset+1, f.Event) }
}

// clickJSON is a click as everybody outside of Kafka reads it, on one line.
func clickJSON(c domain.Click) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(schemas.NewClickJSON(c))
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
