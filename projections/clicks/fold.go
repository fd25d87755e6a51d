package clicks

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// Fold counts clicks.
type Fold struct {
	classifier *classifier

	mu         sync.Mutex
	partitions map[int32]*partition
}

var _ projections.Fold[domain.Click] = (*Fold)(nil)

// partition is what a fold keeps about a partition between batches: memory to use again and
// what it has worked out about texts. Nothing of it decides what is written.
type partition struct {
	batch  *batch
	facts  *facts
	day    *day
	recent *recent
	rows   rows
}

// NewFold makes a fold with the bot list of this program.
func NewFold() *Fold { return newFold(botList) }

func newFold(bots string) *Fold {
	return &Fold{classifier: newClassifier(bots), partitions: map[int32]*partition{}}
}

// Reset forgets a partition.
func (f *Fold) Reset(partition int32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.partitions, partition)
}

// partition returns the memory of a partition, fresh if it has none or too much.
func (f *Fold) partition(number int32) *partition {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.partitions[number]
	if p == nil {
		p = &partition{batch: newBatch()}
		f.partitions[number] = p
	}
	if p.facts == nil || p.facts.texts.len() > maxTexts {
		p.facts = newFacts(f.classifier)
		p.day = &day{texts: p.facts.texts}
		p.recent = newRecent(p.facts.texts)
	}
	return p
}

// Apply adds a batch to the rows it belongs to: one round trip to read them and the newest
// sequences of the recorders, then one statement per table to write. What was counted before
// is dropped, and so is what belongs to a deleted link.
func (f *Fold) Apply(ctx context.Context, tx pgx.Tx, schema string, b projections.Batch[domain.Click], writes *pgx.Batch) error {
	p := f.partition(b.Partition)
	p.batch.arrange(b)
	defer p.batch.forget()
	if err := p.batch.read(ctx, tx, schema, b.Partition); err != nil {
		return err
	}
	p.batch.chain()
	if err := p.count(); err != nil {
		return err
	}
	p.rows.queue(writes, schema)
	p.batch.queueRecorders(writes, schema, b.Partition)
	p.batch.aside.queue(writes, schema, b.Partition)
	return nil
}

// count works out the rows that a batch changes.
func (p *partition) count() error {
	p.rows.clear()
	for at := 0; at < len(p.batch.order); {
		link := p.batch.groups[p.batch.order[at]].link
		end := at + 1
		for end < len(p.batch.order) && p.batch.groups[p.batch.order[end]].link == link {
			end++
		}
		if err := p.countLink(&p.batch.links[link], p.batch.order[at:end]); err != nil {
			return err
		}
		at = end
	}
	return nil
}

// countLink works out the rows of one link; groups are its days.
func (p *partition) countLink(l *linkPart, groups []int32) error {
	if l.clicks == 0 {
		return nil // nothing but duplicates, or it is deleted
	}
	p.recent.begin(l)
	after := l.before
	for _, i := range groups {
		g := &p.batch.groups[i]
		if g.first < 0 {
			continue
		}
		if err := p.day.load(&g.packed); err != nil {
			return fmt.Errorf("read day %d of link %d: %w", g.key.day, g.key.link, err)
		}
		before := p.day.totals()
		for at := g.first; at >= 0; at = p.batch.next[at] {
			p.add(&p.batch.records[at].Event, int(p.batch.nth[at]))
		}
		now := p.day.totals()
		if g.stored {
			p.rows.storedDays.add(g.key, p.day, now)
		} else {
			p.rows.newDays.add(g.key, p.day, now)
		}
		after = after.Plus(now).minus(before)
	}
	if err := p.recent.end(l, &p.rows.recent); err != nil {
		return fmt.Errorf("read newest clicks of link %d: %w", l.number, err)
	}
	if l.stored {
		p.rows.storedTotals.add(l.number, after, p.recent.newest())
	} else {
		p.rows.newTotals.add(l.number, after, p.recent.newest())
	}
	return nil
}

// add counts a click, the nth of its link in the batch.
func (p *partition) add(c *domain.Click, nth int) {
	var v values
	t := p.facts.of(c, &v)
	_, slot := place(c.At)
	p.day.count(t, slot, &v)
	p.recent.see(nth, c.At, t, &v)
	if t == Human && c.Visitor != 0 {
		p.day.visitors.add(c.Visitor)
	}
}
