package web

import (
	"context"
	"time"

	"github.com/linklog/linklog/projections/links"
)

// Operator is what those who run the installation see of it, and do about it.
type Operator interface {
	// Health is how far every reader of the log is, which tables there are, and what waits.
	Health(ctx context.Context) (Health, error)
	// DeadLetters are the records that could not be used, oldest first, also those that something
	// was done about.
	DeadLetters(ctx context.Context) ([]DeadLetter, error)
	// DeadLetter is one with its headers and payload; otherwise a domain.NotFound error.
	DeadLetter(ctx context.Context, id string) (DeadLetter, error)
	// Retry puts records back and tells of those that can't be, why not.
	Retry(ctx context.Context, ids []string) (refused []string, err error)
	// Drop gives up on records.
	Drop(ctx context.Context, ids []string) error
	// Rebuild begins to rebuild links or clicks. One at a time: another is a domain.Validation error.
	Rebuild(model string) error
	// Rebuilding is the rebuild that this process does, or did last; zero: none.
	Rebuilding() Rebuild
	// Blocks is what is out of use.
	Blocks(ctx context.Context) ([]links.Blocked, error)
}

// Health is how the installation is doing.
type Health struct {
	Readers     []ReaderLag
	Generations []Generation
	Spools      []Spool
	DeadLetters int64 // records kept in the topic
}

// ReaderLag is how far a reader is behind the end of its topic.
type ReaderLag struct {
	Name, Topic string
	Records     int64
	Behind      time.Duration // of the partition that is furthest behind
	Partitions  int
}

// Generation is the tables of a read model.
type Generation struct {
	Model, Schema string
	Use           string // live, next, old or scratch
	Version       int
	Bytes         int64
	Made          time.Time
}

// Spool is what a redirector has recorded and not handed on.
type Spool struct {
	Admin            string // its admin address
	Waiting, Dropped uint64 // clicks
	Bytes, Cap       uint64
	Error            string // why nothing is known
}

// DeadLetter is a record that could not be used.
type DeadLetter struct {
	ID       string // topic/partition/offset
	Topic    string
	Key      string
	Type     string
	Reason   string
	SetAside time.Time // zero: not known
	Times    int
	Status   string // waiting, retried, dropped or parked

	Headers []Header // of one that is shown alone
	Payload string
}

// Waits reports whether something could be done about the record here.
func (d DeadLetter) Waits() bool { return d.Status == "waiting" }

// Header is one of a record.
type Header struct{ Name, Value string }

// Rebuild is what became of a rebuild so far.
type Rebuild struct {
	Model     string // links or clicks
	From, To  string // generations
	Began     time.Time
	Ended     time.Time // zero: under way
	Applied   int64     // records of the log
	Total     int64
	PerSecond float64
	Left      time.Duration // 0: nobody can tell
	Problem   string        // why it ended early
}

// Running reports whether the rebuild is under way.
func (r Rebuild) Running() bool { return r.Model != "" && r.Ended.IsZero() }
