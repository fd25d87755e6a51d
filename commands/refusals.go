package commands

import (
	"time"

	"github.com/linklog/linklog/domain"
)

// maxRefusals bounds how many refusals a partition remembers at once. Beyond it the oldest
// are forgotten early: their commands would be decided afresh.
const maxRefusals = 100_000

// refusals remembers refused commands until their deadlines. Accepted ones need no such
// memory: their events are in the log.
type refusals struct {
	known map[domain.CommandID]domain.Outcome
	order []domain.CommandID // oldest first
}

func newRefusals() *refusals {
	return &refusals{known: map[domain.CommandID]domain.Outcome{}}
}

// recall restores what an earlier holder of the partition refused.
func (r *refusals) recall(replies []domain.Reply) {
	for _, reply := range replies {
		r.note(reply.Command, domain.Outcome{
			Fingerprint: reply.Fingerprint, Offset: reply.Position.Offset,
			Rejection: reply.Rejection, Until: reply.Until,
		})
	}
}

// note takes over the outcome of a command: a refusal is kept, an acceptance ends one.
func (r *refusals) note(id domain.CommandID, o domain.Outcome) {
	switch {
	case o.Rejection == nil:
		delete(r.known, id)
	case o.Rejection.Code == domain.KeyReused, o.Until.IsZero():
		return // says nothing about the command that the id belongs to
	default:
		if _, again := r.known[id]; !again {
			r.order = append(r.order, id)
		}
		r.known[id] = o
	}
}

// forget drops what nobody has to remember at clock.
func (r *refusals) forget(clock time.Time) {
	n := 0
	for ; n < len(r.order); n++ {
		o, ok := r.known[r.order[n]]
		if ok && !clock.After(o.Until) && len(r.order)-n <= maxRefusals {
			break
		}
		delete(r.known, r.order[n])
	}
	r.order = r.order[n:]
}

// lay adds the refusals of ids to view where they are newer than what it knows.
func (r *refusals) lay(view *domain.State, ids []domain.CommandID) {
	for _, id := range ids {
		o, ok := r.known[id]
		if ok && o.Offset >= view.Outcomes[id].Offset {
			view.Outcomes[id] = o
		}
	}
}
