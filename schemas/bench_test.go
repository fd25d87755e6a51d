package schemas_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

func BenchmarkDecodeClick(b *testing.B) {
	m := schemas.EncodeClick(typicalClick())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schemas.DecodeClick(m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeClickGenerated is what the generated code would cost, for comparison.
func BenchmarkDecodeClickGenerated(b *testing.B) {
	m := schemas.EncodeClick(typicalClick())
	b.ReportAllocs()
	for b.Loop() {
		var c pb.Click
		if err := proto.Unmarshal(m.Value, &c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeClick(b *testing.B) {
	c := typicalClick()
	b.ReportAllocs()
	for b.Loop() {
		schemas.EncodeClick(c)
	}
}

func BenchmarkAppendClick(b *testing.B) {
	c := typicalClick()
	room := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		schemas.AppendClick(room, c)
	}
}

func BenchmarkAppendClickGenerated(b *testing.B) {
	c := typicalClick()
	room := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (proto.MarshalOptions{}).MarshalAppend(room, generated(c)); err != nil {
			b.Fatal(err)
		}
	}
}

func sampleCreated() (domain.Command, domain.Event) {
	return commandSamples()[1].value.(domain.Command), eventSamples()[1].value.(domain.Event)
}

func BenchmarkEncodeEvent(b *testing.B) {
	_, e := sampleCreated()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.EncodeEvent(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeEvent(b *testing.B) {
	_, e := sampleCreated()
	m, err := encode(e)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.DecodeEvent(context.Background(), m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeCommand(b *testing.B) {
	c, _ := sampleCreated()
	m, err := encode(c)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.DecodeCommand(context.Background(), m); err != nil {
			b.Fatal(err)
		}
	}
}
