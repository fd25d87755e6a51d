package redirect

import (
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := morning
	l := newLimiter[string](3, time.Minute, func() time.Time { return now })
	take := func(k string, want time.Duration) {
		t.Helper()
		if before, got := l.wait(k), l.take(k); got != want || before != want {
			t.Errorf("%s: has to wait %v, then %v, want %v", k, before, got, want)
		}
	}
	for range 3 {
		take("a", 0)
	}
	take("a", time.Minute)
	take("b", 0)
	now = now.Add(59 * time.Second)
	take("a", time.Second)
	now = now.Add(time.Second)
	take("a", 0)
	take("a", time.Minute)
	l.refund("a")
	take("a", 0)
	l.refund("never")
	now = now.Add(time.Hour)
	for range 3 {
		take("a", 0)
		take("never", 0)
	}
	take("a", time.Minute)
	now = now.Add(-time.Hour) // a clock set back
	if wait := l.take("a"); wait > 2*time.Hour {
		t.Errorf("wait %v", wait)
	}
}

func TestLimiterOff(t *testing.T) {
	t.Parallel()
	l := newLimiter[int](0, time.Minute, time.Now)
	for range 100 {
		if wait := l.take(1); wait != 0 || l.wait(1) != 0 {
			t.Fatalf("wait %v", wait)
		}
	}
	l.refund(1)
	if len(l.young) != 0 {
		t.Error("it remembers")
	}
}

// TestLimiterMemory: however many there are, memory stays bounded, and the latest are remembered.
func TestLimiterMemory(t *testing.T) {
	t.Parallel()
	l := newLimiter[int](1, time.Minute, func() time.Time { return morning })
	for i := range 10 * limiterRoom {
		l.take(i)
		if len(l.young)+len(l.old) > 2*limiterRoom {
			t.Fatalf("%d keys are held", len(l.young)+len(l.old))
		}
	}
	for i := 9 * limiterRoom; i < 10*limiterRoom; i++ {
		if l.wait(i) != time.Minute {
			t.Fatalf("forgot %d", i)
		}
	}
}

// TestAgents: a user agent is read once, and what is remembered is not the request's memory.
func TestAgents(t *testing.T) {
	t.Parallel()
	asked := 0
	a := newAgents(func(userAgent string) (domain.Agent, bool) {
		asked++
		return domain.Agent{Browser: strings.ToUpper(userAgent)}, userAgent == "preview"
	})
	text := []byte("firefox")
	for range 3 {
		if got := a.of(view(text)); got.Browser != "FIREFOX" || got.preview {
			t.Errorf("got %+v", got)
		}
	}
	copy(text, "preview")
	if got := a.of(view(text)); got.Browser != "PREVIEW" || !got.preview {
		t.Errorf("got %+v", got)
	}
	if got := a.of("firefox"); got.Browser != "FIREFOX" || asked != 2 {
		t.Errorf("got %+v after asking %d times", got, asked)
	}
	for i := range 3 * agentsHeld {
		a.of(strings.Repeat("x", i%agentsHeld) + string(rune('a'+i/agentsHeld)))
		a.of("firefox") // in use all the while
	}
	if len(a.young)+len(a.old) > 2*agentsHeld || asked != 2+3*agentsHeld {
		t.Errorf("%d held, asked %d times", len(a.young)+len(a.old), asked)
	}
	if got := newAgents(nil).of("firefox"); got != (agent{}) {
		t.Errorf("out of nothing: %+v", got)
	}
}

// TestCounts: what is known never falls, and is forgotten only when thousands of others came after it.
func TestCounts(t *testing.T) {
	t.Parallel()
	s := newCounts(nil, time.Now)
	for i := range 4 {
		if got := s.claim(1, 2); got != (i < 2) {
			t.Errorf("claim %d: %v", i, got)
		}
	}
	if n := s.visits(t.Context(), 1); n != 2 {
		t.Errorf("%d visits without a read model", n)
	}
	for i := range domain.LinkNumber(10 * countsHeld) {
		s.claim(1000+i, 1)
		if i%countsHeld == 0 && s.claim(1, 2) {
			t.Error("forgot a link in use")
		}
	}
	if n := len(s.young) + len(s.old); n > 2*countsHeld {
		t.Errorf("%d held", n)
	}
}
