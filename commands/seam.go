package commands

import (
	"context"
	"errors"

	"github.com/linklog/linklog/domain"
)

// Received is a command where it stands in its partition of links.commands. Err tells that
// the record can't be read; such a record is passed over and set aside by the adapter.
type Received struct {
	Offset  int64
	Command domain.Command
	Err     error
}

// Entry is an event where it stands in its partition of links.events.
type Entry struct {
	Offset int64
	Event  domain.Event
}

// Position is how far a partition was decided, by what the log itself says.
type Position struct {
	Next    int64          // the first command offset that is not decided yet
	Replies []domain.Reply // recent replies, oldest first: refusals that are still remembered
}

// Partition is one partition of links.commands with its counterpart of links.events, held by
// this process for as long as Commands is open.
type Partition interface {
	// Number is the partition's number.
	Number() int32
	// Commands delivers commands in order; it is closed when the partition is taken away.
	Commands() <-chan Received
	// Take fences every earlier writer of the partition (it makes a new transactional
	// producer), then tells how far the log was decided.
	Take(ctx context.Context) (Position, error)
	// Events calls each for every committed event from offset from to the present end, and
	// returns the offset after the last record.
	Events(ctx context.Context, from int64, each func(Entry) error) (next int64, err error)
	// Append writes events and replies and moves the command position to next, all in one
	// transaction. It returns the offset of each event. After any error the outcome is
	// unknown and only Take makes the partition usable again.
	Append(ctx context.Context, events []domain.Event, replies []domain.Reply, next int64) (offsets []int64, err error)
}

// Log hands partitions to work, each in a goroutine of its own, until ctx ends. The context
// that work gets ends at the latest when its partition is taken away: a writer that goes on
// would fence its successor.
type Log interface {
	Run(ctx context.Context, work func(ctx context.Context, p Partition) error) error
}

// ReadModel is what decisions start from: the links read model.
type ReadModel interface {
	// Load reads all that keys names, the partition's counter and newest event time, and in
	// the same snapshot the first event offset that is not in it yet.
	Load(ctx context.Context, partition int32, keys domain.Keys) (state *domain.State, next int64, err error)
}

// ErrNotSent is in the chain of an Outbox's error if the command certainly never left.
var ErrNotSent = errors.New("the command was not sent")

// Outbox takes commands to the log. An error without ErrNotSent leaves the command's fate
// unknown.
type Outbox interface {
	Publish(ctx context.Context, c domain.Command) error
}

// Replies delivers the replies of every partition that are written from now on.
type Replies interface {
	// Listen calls ready once nothing written later can be missed, then each for every
	// reply, until ctx ends.
	Listen(ctx context.Context, ready func(), each func(domain.Reply)) error
}

// Progress tells what the links read model knows.
type Progress interface {
	// Await returns once the model has applied the events of the command at p (or any later one of its partition).
	Await(ctx context.Context, p domain.Position) error
	// Outcome is the accepted outcome of a command, if the model has it.
	Outcome(ctx context.Context, id domain.CommandID) (domain.Reply, bool, error)
}
