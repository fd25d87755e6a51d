package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
	"github.com/ThreeDotsLabs/watermill/message"
	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/schemas/linklogpb"
)

// counter counts clicks per link, each once. The contract gives two rules for that:
//
//  1. A redirector (node, epoch) sends its clicks to a partition in the order of their
//     sequence. One that is not above the highest seen was sent again after a failure.
//  2. A record with the header ce_retryof is a copy of one that Linklog could not use. It
//     counts if we could not use the original either (or it was elsewhere), and no copy of
//     the click counted yet; rule 1 doesn't apply to it.
type counter struct {
	clicks  map[string]int // by link
	changed map[string]bool
	next    map[sender]uint64 // the lowest sequence that is new
	unread  map[place]bool    // records that we could not use
	copied  map[click]bool    // counted by rule 2
}

type sender struct {
	partition   int32
	node, epoch uint64
}

type place struct {
	partition int32
	offset    int64
}

type click struct{ node, epoch, sequence uint64 }

func newCounter() *counter {
	return &counter{
		clicks: map[string]int{}, changed: map[string]bool{}, next: map[sender]uint64{}, unread: map[place]bool{}, copied: map[click]bool{},
	}
}

// clicked is the type of a click, which says how the payload is read.
const clicked = "io.linklog.link.clicked.v1"

// errNewer ends the program: to pass over what a newer Linklog means would be to miscount.
var errNewer = errors.New("a click is of a version that this program doesn't know: upgrade it")

// take counts a message if it is new.
func (c *counter) take(m *message.Message) error {
	partition, _ := kafka.MessagePartitionFromCtx(m.Context())
	offset, _ := kafka.MessagePartitionOffsetFromCtx(m.Context())
	kind := m.Metadata.Get("ce_type")
	if m.Metadata.Get("ce_dataschema") != "" || strings.HasPrefix(kind, "io.linklog.link.clicked.") && kind != clicked {
		return fmt.Errorf("partition %d, offset %d: %w", partition, offset, errNewer)
	}
	var payload linklogpb.Click
	if kind != clicked || proto.Unmarshal(m.Payload, &payload) != nil {
		c.unread[place{partition, offset}] = true
		return nil
	}
	if !c.isNew(partition, m.Metadata.Get("ce_retryof"), &payload) {
		return nil
	}
	if payload.GetMethod() == linklogpb.Method_METHOD_HEAD {
		return nil // a look, no visit
	}
	link := m.Metadata.Get("ce_subject")
	c.clicks[link]++
	c.changed[link] = true
	return nil
}

func (c *counter) isNew(partition int32, retryOf string, p *linklogpb.Click) bool {
	of, err := strconv.ParseInt(retryOf, 10, 64)
	if err == nil || retryOf == "elsewhere" {
		id := click{p.GetNode(), p.GetEpoch(), p.GetSequence()}
		if err == nil && !c.unread[place{partition, of}] || c.copied[id] {
			return false
		}
		c.copied[id] = true
		return true
	}
	s := sender{partition, p.GetNode(), p.GetEpoch()}
	if p.GetSequence() < c.next[s] {
		return false
	}
	c.next[s] = p.GetSequence() + 1
	return true
}

// print writes the counts that have changed since it was called last.
func (c *counter) print(out io.Writer) error {
	for _, link := range slices.Sorted(maps.Keys(c.changed)) {
		if _, err := fmt.Fprintf(out, "%s\t%d\n", link, c.clicks[link]); err != nil {
			return err
		}
	}
	clear(c.changed)
	return nil
}
