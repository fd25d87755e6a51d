package httpapi

import (
	"context"
	"sync"
	"time"
)

// How long strangers' pictures are believed to be what they were, how long it is believed that there
// is none, and how long asking may take.
const (
	mostPictures   = 64
	pictureTTL     = 10 * time.Minute
	noPictureTTL   = 30 * time.Second
	pictureTimeout = 15 * time.Second
)

// pictures remembers what strangers have answered, and asks them once for all who wait: a picture's
// address is fetched from the same place again and again.
type pictures struct {
	fetch func(ctx context.Context, address string) ([]byte, error)
	clock func() time.Time
	mu    sync.Mutex
	known map[string]*picture
}

// picture is being asked for until done is closed, by who asks.
type picture struct {
	done  chan struct{}
	until time.Time // when it has to be asked for again
	data  []byte
	err   error
}

func newPictures(fetch func(context.Context, string) ([]byte, error), clock func() time.Time) *pictures {
	return &pictures{fetch: fetch, clock: clock, known: map[string]*picture{}}
}

// get is the picture at an address. It must not be written to.
func (p *pictures) get(ctx context.Context, address string) ([]byte, error) {
	one, mine := p.enter(address)
	if mine {
		p.ask(ctx, address, one)
	}
	select {
	case <-one.done:
		return one.data, one.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// enter is what is known or being asked for, or else something new for the caller to ask for.
func (p *pictures) enter(address string) (one *picture, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if one = p.known[address]; one != nil && now.Before(one.until) {
		return one, false
	}
	if len(p.known) >= mostPictures {
		p.forgetOldest()
	}
	one = &picture{done: make(chan struct{}), until: now.Add(pictureTTL)}
	p.known[address] = one
	return one, true
}

func (p *pictures) forgetOldest() {
	oldest := ""
	for address, one := range p.known {
		if oldest == "" || one.until.Before(p.known[oldest].until) {
			oldest = address
		}
	}
	delete(p.known, oldest)
}

// ask ends with an answer for everybody, also when the first to want it has gone away.
func (p *pictures) ask(ctx context.Context, address string, one *picture) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pictureTimeout)
	defer cancel()
	defer close(one.done)
	if one.data, one.err = p.fetch(ctx, address); one.err != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		one.until = p.clock().Add(noPictureTTL)
	}
}
