package links

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/linklog/linklog/domain"
)

// TestTogether: while a query is under way those who come wait for the next one, all for the
// same, and are never answered by the one that began before they came.
func TestTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var queries [][]domain.LinkNumber
		leave := make(chan error)
		q := together{turn: make(chan struct{}, 1)}
		q.read = func(_ context.Context, numbers []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error) {
			queries = append(queries, numbers)
			found := map[domain.LinkNumber]domain.Link{}
			for _, n := range numbers {
				if n < 100 {
					found[n] = domain.Link{Number: n}
				}
			}
			return found, <-leave
		}
		var all sync.WaitGroup
		ask := func(n domain.LinkNumber, exists, fails bool) {
			all.Go(func() {
				l, ok, err := q.link(t.Context(), n)
				if (err != nil) != fails || err == nil && (ok != exists || ok && l.Number != n) {
					t.Errorf("link %d: %v %v %v", n, l, ok, err)
				}
			})
			synctest.Wait()
		}
		ask(1, true, false)
		ask(2, true, false)
		ask(100, false, false)
		ask(2, true, false)
		leave <- nil
		synctest.Wait()
		ask(3, true, true)
		leave <- nil
		synctest.Wait()
		leave <- errors.New("away")
		all.Wait()
		if len(queries) != 3 || len(queries[0]) != 1 || len(queries[1]) != 3 || len(queries[2]) != 1 {
			t.Errorf("queries: %v", queries)
		}
	})
}

// TestTogetherLeaves: one who doesn't wait any more takes nothing from the others.
func TestTogetherLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leave := make(chan struct{})
		q := together{turn: make(chan struct{}, 1)}
		q.read = func(ctx context.Context, numbers []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error) {
			<-leave
			return map[domain.LinkNumber]domain.Link{numbers[0]: {Number: numbers[0]}}, ctx.Err()
		}
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { _, _, _ = q.link(ctx, 1) })
		synctest.Wait()
		all.Go(func() {
			if _, ok, err := q.link(t.Context(), 2); !ok || err != nil {
				t.Errorf("%v %v", ok, err)
			}
		})
		synctest.Wait()
		cancel()
		close(leave)
		all.Wait()
	})
}
