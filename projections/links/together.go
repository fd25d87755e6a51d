package links

import (
	"context"
	"sync"
	"time"

	"github.com/linklog/linklog/domain"
)

// together reads links that are asked for at the same time in one query. Each answer is of a
// query that began after it was asked for, so whoever waited for a command sees its effects.
type together struct {
	read func(ctx context.Context, numbers []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error)
	turn chan struct{} // holds one element while a query is under way

	mu   sync.Mutex
	next *gathering // those who wait for the next query; nil if nobody does
}

// gathering is one query and those who wait for it.
type gathering struct {
	numbers []domain.LinkNumber
	links   map[domain.LinkNumber]domain.Link
	err     error
	done    chan struct{} // closed when links and err are there
}

// togetherTimeout bounds a query that several wait for: none of them may cut it off.
const togetherTimeout = 10 * time.Second

// link is the link of that number; ok is false if there is none.
func (t *together) link(ctx context.Context, n domain.LinkNumber) (l domain.Link, ok bool, err error) {
	t.mu.Lock()
	g, lead := t.next, t.next == nil
	if lead {
		g = &gathering{done: make(chan struct{})}
		t.next = g
	}
	g.numbers = append(g.numbers, n)
	t.mu.Unlock()
	if lead {
		t.lead(ctx, g)
	}
	select {
	case <-g.done:
		l, ok = g.links[n]
		return l, ok, g.err
	case <-ctx.Done():
		return domain.Link{}, false, ctx.Err()
	}
}

// lead waits for the query before, then makes one for everybody who came meanwhile.
func (t *together) lead(ctx context.Context, g *gathering) {
	t.turn <- struct{}{}
	t.mu.Lock()
	t.next = nil
	t.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), togetherTimeout)
	defer cancel()
	g.links, g.err = t.read(ctx, g.numbers)
	<-t.turn
	close(g.done)
}
