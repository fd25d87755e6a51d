package redirect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/linklog/linklog/domain"
)

// Tail reads links.events: every partition, from the offsets in from (a partition that isn't there: from its beginning), calling each
// in the order of each partition, and caughtUp once it has delivered what was there when it began. Its calls don't overlap. It goes on
// until ctx ends or it fails.
type Tail func(ctx context.Context, from map[int32]int64, each func(partition int32, offset int64, e domain.Event), caughtUp func()) error

// errLoading says that the table isn't filled yet.
var errLoading = errors.New("links are being loaded")

// How long to wait before trying again.
const (
	loadPause = time.Second
	tailPause = time.Second
)

// follow fills the table, then keeps it right until ctx ends.
func (s *Server) follow(ctx context.Context) {
	for {
		err := s.load(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return
		}
		s.log.Warn("links could not be loaded, trying again", "error", err)
		if !wait(ctx, loadPause) {
			return
		}
	}
	select {
	case <-s.handler.observer.salts.tried: // or the first clicks would have no visitor
	case <-ctx.Done():
		return
	}
	close(s.loaded)
	patience := time.AfterFunc(s.catchUp, s.beReady)
	defer patience.Stop()
	for ctx.Err() == nil {
		err := s.tail(ctx, s.table.positions(), s.apply, s.caughtUp)
		s.tailing.live.Store(false)
		s.beReady()
		if ctx.Err() == nil {
			s.log.Warn("the tail of link events ended, trying again", "error", err)
			wait(ctx, tailPause)
		}
	}
}

// load fills the table from the read model.
func (s *Server) load(ctx context.Context) error {
	s.table.clear()
	next, domains, complete, err := s.links.All(ctx, s.limit, func(key domain.SlugKey, l domain.Link) error {
		s.table.admit(key, l)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read all links: %w", err)
	}
	var blocked []domain.Block
	if s.blocked != nil { // after the links: what changed since then, the tail will bring once more
		if blocked, err = s.blocked(ctx); err != nil {
			return fmt.Errorf("read the blocklist: %w", err)
		}
	}
	s.table.start(next, domains, blocked, complete)
	s.handler.lookups.answered.Store(s.now().UnixNano())
	live, _ := s.table.size()
	s.log.Info("links loaded", "links", live, "complete", s.table.complete.Load())
	return nil
}

func (s *Server) apply(partition int32, offset int64, e domain.Event) {
	s.table.apply(partition, offset, e)
	s.tailing.applied(s.now().Sub(e.At))
}

func (s *Server) caughtUp() {
	s.tailing.live.Store(true)
	s.beReady()
}

func (s *Server) beReady() { s.readyOnce.Do(func() { close(s.ready) }) }
