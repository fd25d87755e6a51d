package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }

func clickOn(link domain.LinkNumber, sequence uint64) domain.Click {
	return domain.Click{ID: domain.ClickID{Node: 1, Epoch: 2, Sequence: sequence}, Account: "acc_1", Link: link, At: time.Now()}
}

// TestConsume: what Linklog's own shipper writes is counted once, though it sends again what
// it has sent, as it does after a failure.
func TestConsume(t *testing.T) {
	brokers, prefix := embeddedtest.Brokers(t)
	config := kafka.Config{Brokers: brokers, Prefix: prefix}
	if err := kafka.Ensure(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	shipper, err := kafka.NewShipper(config, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = shipper.Close() }()
	ship := func(clicks ...domain.Click) {
		t.Helper()
		if err := shipper.Ship(t.Context(), clicks); err != nil {
			t.Fatal(err)
		}
	}
	ship(clickOn(7, 1), clickOn(8, 2), clickOn(7, 3))
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := consume(ctx, brokers, prefix+"clicks", 10*time.Millisecond, in)
		_ = in.Close()
		done <- err
	}()
	lines := bufio.NewScanner(out)
	await := func(want ...string) {
		t.Helper()
		missing := map[string]bool{}
		for _, w := range want {
			missing[w] = true
		}
		for len(missing) > 0 && lines.Scan() {
			delete(missing, lines.Text())
		}
		if len(missing) > 0 {
			t.Fatalf("it never printed %v", missing)
		}
	}
	seven, eight := domain.LinkNumber(7).String(), domain.LinkNumber(8).String()
	await(seven+"\t2", eight+"\t1")
	ship(clickOn(7, 1), clickOn(8, 2), clickOn(7, 3)) // again
	head := clickOn(7, 4)
	head.Method = domain.Head
	ship(head, clickOn(7, 5), clickOn(8, 6))
	await(seven+"\t3", eight+"\t2")
	cancel()
	rest, _ := io.ReadAll(out)
	if err := <-done; err != nil || len(rest) > 0 {
		t.Errorf("it ended with %v and %q", err, rest)
	}
}

// received is a record as watermill hands it out.
func received(m schemas.Message) *message.Message {
	w := message.NewMessage("", m.Value)
	for _, h := range m.Headers {
		w.Metadata[h.Key] = h.Value
	}
	return w
}

func TestCounter(t *testing.T) {
	c := newCounter()
	take := func(m schemas.Message) {
		t.Helper()
		if err := c.take(received(m)); err != nil {
			t.Fatal(err)
		}
	}
	good := func(sequence uint64) schemas.Message { return schemas.EncodeClick(clickOn(7, sequence)) }
	take(good(1))
	take(good(3))
	take(good(2))                                   // below 3: it came before
	take(schemas.Retry(good(1), 99))                // we could read the original
	take(schemas.Message{Value: []byte("garbage")}) // at offset 0, since nothing says otherwise
	for range 2 {
		take(schemas.Retry(good(2), 0))
	}
	take(schemas.Elsewhere(schemas.Retry(good(0), 0)))
	var out strings.Builder
	if err := c.print(&out); err != nil || out.String() != domain.LinkNumber(7).String()+"\t4\n" {
		t.Errorf("printed %q, %v", out.String(), err)
	}
	out.Reset()
	if err := c.print(&out); err != nil || out.String() != "" {
		t.Errorf("without news it printed %q, %v", out.String(), err)
	}
	newer := received(good(9))
	newer.Metadata["ce_dataschema"] = "urn:linklog:v1:2"
	if err := c.take(newer); !errors.Is(err, errNewer) {
		t.Errorf("a newer click: %v", err)
	}
	newer = received(good(9))
	newer.Metadata["ce_type"] = "io.linklog.link.clicked.v2"
	if err := c.take(newer); !errors.Is(err, errNewer) {
		t.Errorf("another click: %v", err)
	}
}
