package httpapi

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestPicturesAreAskedForOnce(t *testing.T) {
	t.Parallel()
	now, asked := time.Unix(0, 0), map[string]int{}
	p := newPictures(func(_ context.Context, address string) ([]byte, error) {
		if asked[address]++; address == "bad" {
			return nil, errors.New("no")
		}
		return []byte(address), nil
	}, func() time.Time { return now })
	get := func(address string, want int) {
		t.Helper()
		data, err := p.get(t.Context(), address)
		if asked[address] != want || (err != nil) != (address == "bad") || err == nil && string(data) != address {
			t.Errorf("%s: %q, %v, asked for %d times, want %d", address, data, err, asked[address], want)
		}
	}
	get("a", 1)
	get("bad", 1)
	now = now.Add(noPictureTTL - 1)
	get("a", 1)
	get("bad", 1)
	now = now.Add(1)
	get("bad", 2)
	now = now.Add(pictureTTL - noPictureTTL)
	get("a", 2)
	for i := range mostPictures {
		now = now.Add(1)
		get(fmt.Sprint(i), 1)
	}
	if len(p.known) != mostPictures {
		t.Errorf("%d are kept", len(p.known))
	}
	get("63", 1)
	get("a", 3)
}

// Many who want the same wait for one answer; who goes away doesn't take it with them.
func TestPicturesOfMany(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}, 1), make(chan struct{})
	p := newPictures(func(ctx context.Context, _ string) ([]byte, error) {
		asked <- struct{}{} // a second time would block
		<-answer
		return []byte("a"), ctx.Err()
	}, time.Now)
	gone, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { _, _ = p.get(gone, "a") })
	<-asked
	leave()
	if _, err := p.get(gone, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone is told %v", err)
	}
	for range 5 {
		all.Go(func() {
			if data, err := p.get(t.Context(), "a"); err != nil || string(data) != "a" {
				t.Errorf("%q, %v", data, err)
			}
		})
	}
	close(answer)
	all.Wait()
}
