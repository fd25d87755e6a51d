package spool_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/spool"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// TestOneBatchAtATime: nothing newer is shipped before the batch under way is acknowledged, and a failed batch comes again unchanged.
func TestOneBatchAtATime(t *testing.T) {
	t.Parallel()
	p := newPier()
	s := open(t, t.TempDir(), options(p.ship))
	record(s, "one")
	first := <-p.arrived
	record(s, "two", "three")
	p.answer <- errDown
	if stats := s.Stats(); stats.Waiting != 3 || stats.Oldest.Unix() != 1_700_000_000 || stats.Bytes == 0 {
		t.Errorf("stats under way: %+v", stats)
	}
	again := <-p.arrived
	if !slices.Equal(first, again) || fmt.Sprint(texts(again)) != "[one]" {
		t.Errorf("first %v, again %v", first, again)
	}
	p.answer <- nil
	rest := p.all(2)
	if fmt.Sprint(sequences(rest)) != "[2 3]" || fmt.Sprint(texts(rest)) != "[two three]" {
		t.Errorf("then %v", rest)
	}
	if id := first[0].id; id.Node != 7 || id.Epoch == 0 || id.Epoch != rest[0].id.Epoch || id.Sequence != 1 {
		t.Errorf("first id: %+v", id)
	}
	shut(t, s)
	record(s, "too late")
	stats := s.Stats()
	if stats.Shipped != 3 || stats.Waiting != 0 || stats.Bytes != 0 || stats.Dropped != (spool.Dropped{Closed: 1}) || !stats.Oldest.IsZero() {
		t.Errorf("stats: %+v", stats)
	}
}

// TestLeftovers: what an opening could not ship comes first in the next one, in order, under its old ids, and only once.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	dir, p := t.TempDir(), newPier()
	s := open(t, dir, options(p.ship))
	record(s, "a", "b")
	first := p.all(2)
	record(s, "c")
	<-p.arrived // and not acknowledged
	record(s, "d")
	abandon(t, s)
	s = open(t, dir, options(never))
	if got := s.Stats().Waiting; got != 2 {
		t.Errorf("%d wait after the first", got)
	}
	record(s, "e")
	abandon(t, s)

	s = open(t, dir, options(p.ship))
	record(s, "f")
	got := p.all(4)
	if fmt.Sprint(texts(got)) != "[c d e f]" || fmt.Sprint(sequences(got)) != "[3 4 1 1]" {
		t.Errorf("got %v", got)
	}
	if got[0].id.Epoch != first[0].id.Epoch || got[2].id.Epoch == got[1].id.Epoch || got[3].id.Epoch == got[2].id.Epoch {
		t.Errorf("epochs: %v after %v", got, first)
	}
	shut(t, s)
	if names := files(t, dir); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
}

// TestOrder: sequences are the order of shipping, through many segments, batches and recorders.
func TestOrder(t *testing.T) {
	t.Parallel()
	const recorders, each = 4, 5_000
	dir := t.TempDir()
	var got []arrived
	o := options(func(_ context.Context, batch []spool.Record) error {
		for _, r := range batch {
			got = append(got, arrived{r.ID, string(r.Payload)})
		}
		return nil
	})
	s := open(t, dir, o)
	var wg sync.WaitGroup
	for r := range recorders {
		wg.Go(func() {
			for n := range each {
				for kept := s.Stats().Dropped.Total(); ; kept = s.Stats().Dropped.Total() { // the disk may be slower than this
					if record(s, fmt.Sprintf("%d %05d %s", r, n, strings.Repeat("x", n%300))); s.Stats().Dropped.Total() == kept {
						break
					}
				}
			}
		})
	}
	wg.Wait()
	shut(t, s)
	last := make([]string, recorders)
	for i, a := range got {
		if a.id.Sequence != uint64(i+1) {
			t.Fatalf("record %d has sequence %d", i, a.id.Sequence)
		}
		r := a.text[0] - '0'
		if a.text[:7] < last[r] {
			t.Fatalf("%q after %q", a.text[:7], last[r])
		}
		last[r] = a.text[:7]
	}
	if len(got) < recorders*each || len(files(t, dir)) != 0 {
		t.Errorf("%d arrived, %v left", len(got), files(t, dir))
	}
}

// TestMessage: a record becomes the message that the click itself would have become.
func TestMessage(t *testing.T) {
	t.Parallel()
	want := domain.Click{
		Account: "acc", Link: 99, LinkVersion: 3, Host: "go.example.com", Slug: "x", At: time.Unix(1_700_000_000, 5).UTC(),
		Country: "DE", UserAgent: "agent", Visitor: 1 << 60, UTM: domain.UTM{Content: "c"},
	}
	messages := make(chan schemas.Message, 1)
	o := options(func(_ context.Context, batch []spool.Record) error {
		r := batch[0]
		messages <- schemas.ClickMessage(domain.Click{ID: r.ID, Link: r.Link, At: r.At}, slices.Clone(r.Payload))
		want.ID = r.ID
		return nil
	})
	o.Encode = func(dst []byte, c *domain.Click) []byte { return schemas.AppendClick(dst, *c) }
	o.Stamp = func(dst []byte, id domain.ClickID) []byte {
		return schemas.AppendClick(dst, domain.Click{ID: id, At: time.Unix(0, 0)})
	}
	s := open(t, t.TempDir(), o)
	s.Record(&want)
	shut(t, s)
	m := <-messages
	got, err := schemas.DecodeClick(m)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	if direct := schemas.EncodeClick(want); !reflect.DeepEqual(direct.Headers, m.Headers) || !slices.Equal(direct.Key, m.Key) {
		t.Errorf("got headers %v, want %v", m.Headers, direct.Headers)
	}
}

// TestClone: a copied directory gives what was in it under the same ids, and new clicks other ones.
func TestClone(t *testing.T) {
	t.Parallel()
	dir, clone := t.TempDir(), t.TempDir()
	s := open(t, dir, options(never))
	record(s, "old")
	abandon(t, s)
	if err := os.CopyFS(clone, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	seen := map[domain.ClickID]string{}
	for _, d := range []string{dir, clone} {
		p := newPier()
		s := open(t, d, options(p.ship))
		record(s, "new in "+d)
		for _, a := range p.all(2) {
			if text, known := seen[a.id]; known && text != a.text {
				t.Errorf("%q and %q are both %v", text, a.text, a.id)
			}
			seen[a.id] = a.text
		}
		shut(t, s)
	}
	if len(seen) != 3 {
		t.Errorf("seen: %v", seen)
	}
}

// TestOneOwner: a directory has one spool at a time.
func TestOneOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, options(never))
	if _, err := spool.Open(dir, options(never)); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("second: %v", err)
	}
	shut(t, s)
	shut(t, open(t, dir, options(never)))
}

// TestUnreadable: files that are no segments are set aside, and stop nothing.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, options(never))
	record(s, "good")
	abandon(t, s)
	for name, content := range map[string]string{
		"0000000000000000.clicks": strings.Repeat("garbage ", 100), "00000000000000f0.clicks": "", "notes.txt": "kept",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := newPier()
	s = open(t, dir, options(p.ship))
	record(s, "new")
	if got := texts(p.all(2)); fmt.Sprint(got) != "[good new]" {
		t.Errorf("got %v", got)
	}
	if d := s.Stats().Damaged; d != 1 {
		t.Errorf("damaged: %d", d)
	}
	shut(t, s)
	if names := files(t, dir); fmt.Sprint(names) != "[0000000000000000.clicks.unreadable notes.txt]" {
		t.Errorf("left: %v", names)
	}
}

// TestOptions: what can't work is said at once.
func TestOptions(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*spool.Options){
		"no encoder":    func(o *spool.Options) { o.Encode = nil },
		"fsync":         func(o *spool.Options) { o.Fsync = "sometimes" },
		"tiny segments": func(o *spool.Options) { o.SegmentSize = 1000 },
		"tiny cap":      func(o *spool.Options) { o.Cap = 1000 },
	} {
		o := options(never)
		change(&o)
		if _, err := spool.Open(t.TempDir(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
