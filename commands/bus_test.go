package commands_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
)

// line is both ends of a bus's wires; what a test leaves nil works at once.
type line struct {
	publish func(ctx context.Context, c domain.Command) error
	listen  func(ctx context.Context, ready func(), each func(domain.Reply)) error
	await   func(ctx context.Context, p domain.Position) error
	outcome func(ctx context.Context, id domain.CommandID) (domain.Reply, bool, error)

	mu   sync.Mutex
	each func(domain.Reply)
	sent []domain.Command
}

func (l *line) Publish(ctx context.Context, c domain.Command) error {
	l.mu.Lock()
	l.sent = append(l.sent, c)
	l.mu.Unlock()
	if l.publish != nil {
		return l.publish(ctx, c)
	}
	l.reply(accepted(c))
	return nil
}

func (l *line) reply(r domain.Reply) {
	l.mu.Lock()
	each := l.each
	l.mu.Unlock()
	each(r)
}

func (l *line) Listen(ctx context.Context, ready func(), each func(domain.Reply)) error {
	l.mu.Lock()
	l.each = each
	l.mu.Unlock()
	if l.listen != nil {
		return l.listen(ctx, ready, each)
	}
	ready()
	<-ctx.Done()
	return ctx.Err()
}

func (l *line) Await(ctx context.Context, p domain.Position) error {
	if l.await != nil {
		return l.await(ctx, p)
	}
	return nil
}

func (l *line) Outcome(ctx context.Context, id domain.CommandID) (domain.Reply, bool, error) {
	if l.outcome != nil {
		return l.outcome(ctx, id)
	}
	return domain.Reply{}, false, nil
}

func accepted(c domain.Command) domain.Reply {
	return domain.Reply{Command: c.ID, Position: domain.Position{Offset: 7}, Link: 1, Version: 2, Fingerprint: c.Fingerprint}
}

func silent(context.Context, domain.Command) error { return nil }

// onBus runs a test with a started bus, a clock of its own, and ten seconds for each command.
func onBus(t *testing.T, l *line, test func(t *testing.T, do func(id, slug string) (domain.Reply, error), b *commands.Bus)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := commands.NewBus(commands.Wiring{
			Outbox: l, Replies: l, Progress: l, Clock: time.Now, Log: slog.New(slog.DiscardHandler),
			Fingerprint: func(c domain.Command) (domain.Fingerprint, error) { return fingerprint(c), nil },
		})
		b.Start()
		defer b.Stop()
		test(t, func(id, slug string) (domain.Reply, error) {
			return b.Do(t.Context(), domain.Command{
				ID: domain.CommandID(id), Domain: short, Deadline: time.Now().Add(10 * time.Second),
				Body: domain.CreateLink{Host: short, Slug: domain.Slug(slug)},
			})
		}, b)
	})
}

type doer = func(id, slug string) (domain.Reply, error)

func wantFate(t *testing.T, err error, want commands.Fate) {
	t.Helper()
	u, ok := errors.AsType[*commands.Unfinished](err)
	if !ok || u.Fate != want || domain.CodeOf(err) != domain.Unavailable {
		t.Errorf("%v (code %s), want %s", err, domain.CodeOf(err), want)
	}
}

func TestDoReturnsWhatCanBeRead(t *testing.T) {
	t.Parallel()
	awaited := domain.Position{}
	l := &line{await: func(_ context.Context, p domain.Position) error { awaited = p; return nil }}
	onBus(t, l, func(t *testing.T, do doer, _ *commands.Bus) {
		r, err := do("x", "sale")
		if err != nil || r.Link != 1 || r.Version != 2 || awaited.Offset != 7 {
			t.Errorf("%+v, %v, awaited %+v", r, err, awaited)
		}
	})
}

func TestDoReturnsTheRefusal(t *testing.T) {
	t.Parallel()
	l := &line{await: func(context.Context, domain.Position) error { return errFault }}
	l.publish = func(_ context.Context, c domain.Command) error {
		r := accepted(c)
		r.Rejection = domain.Errorf(domain.SlugTaken, "slug", "taken")
		l.reply(r)
		return nil
	}
	onBus(t, l, func(t *testing.T, do doer, _ *commands.Bus) {
		if _, err := do("x", "sale"); domain.CodeOf(err) != domain.SlugTaken {
			t.Error(err)
		}
	})
}

func TestCommandsWaitForTheListener(t *testing.T) {
	t.Parallel()
	l := &line{listen: func(ctx context.Context, ready func(), _ func(domain.Reply)) error {
		timer := time.NewTimer(3 * time.Second)
		defer timer.Stop()
		select {
		case <-timer.C:
			ready()
			<-ctx.Done()
		case <-ctx.Done():
		}
		return ctx.Err()
	}}
	onBus(t, l, func(t *testing.T, do doer, b *commands.Bus) {
		start := time.Now()
		if _, err := do("x", "sale"); err != nil || time.Since(start) != 3*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		<-b.Ready()
	})
	l = &line{listen: func(ctx context.Context, _ func(), _ func(domain.Reply)) error { <-ctx.Done(); return ctx.Err() }}
	onBus(t, l, func(t *testing.T, do doer, _ *commands.Bus) {
		_, err := do("x", "sale")
		wantFate(t, err, commands.NotDone)
		if len(l.sent) > 0 {
			t.Error("it was sent nevertheless")
		}
	})
}

func TestABrokenListenerIsReplaced(t *testing.T) {
	t.Parallel()
	tries := 0
	l := &line{listen: func(ctx context.Context, ready func(), _ func(domain.Reply)) error {
		if tries++; tries < 3 {
			return errFault
		}
		ready()
		<-ctx.Done()
		return ctx.Err()
	}}
	onBus(t, l, func(t *testing.T, do doer, _ *commands.Bus) {
		synctest.Wait()
		if _, err := do("x", "sale"); err != nil || tries != 3 {
			t.Errorf("%v after %d tries", err, tries)
		}
	})
}

func TestAMissedReplyIsFoundInTheReadModel(t *testing.T) {
	t.Parallel()
	polls := 0
	l := &line{publish: silent}
	l.outcome = func(_ context.Context, id domain.CommandID) (domain.Reply, bool, error) {
		polls++
		switch polls {
		case 1:
			return domain.Reply{}, false, errFault
		case 2:
			return domain.Reply{}, false, nil
		case 3: // the outcome of another request under this id
			return domain.Reply{Command: id, Link: 9, Fingerprint: domain.Fingerprint{1}}, true, nil
		}
		return accepted(l.sent[0]), true, nil
	}
	onBus(t, l, func(t *testing.T, do doer, _ *commands.Bus) {
		start := time.Now()
		if r, err := do("x", "sale"); err != nil || r.Link != 1 || time.Since(start) != 2*time.Second {
			t.Errorf("%+v, %v after %s", r, err, time.Since(start))
		}
	})
}

func TestFates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line *line
		want commands.Fate
		took time.Duration
	}{
		"nothing was sent": {
			&line{publish: func(context.Context, domain.Command) error { return errors.Join(commands.ErrNotSent, errFault) }},
			commands.NotDone, 0,
		},
		"sending broke":  {&line{publish: func(context.Context, domain.Command) error { return errFault }}, commands.Unknown, 0},
		"nobody replied": {&line{publish: silent}, commands.Unknown, 12 * time.Second},
		"the read model is late": {
			&line{await: func(ctx context.Context, _ domain.Position) error { <-ctx.Done(); return ctx.Err() }},
			commands.Done, 12 * time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBus(t, c.line, func(t *testing.T, do doer, _ *commands.Bus) {
				start := time.Now()
				_, err := do("x", "sale")
				wantFate(t, err, c.want)
				if took := time.Since(start); took != c.took {
					t.Errorf("it took %s, want %s", took, c.took)
				}
			})
		})
	}
}

func TestADeadlineThatPassedMeansNotDone(t *testing.T) {
	t.Parallel()
	l := &line{}
	l.publish = func(_ context.Context, c domain.Command) error {
		r := accepted(c)
		r.Rejection = domain.Errorf(domain.DeadlinePassed, "", "too late")
		l.reply(r)
		return nil
	}
	onBus(t, l, func(t *testing.T, do doer, b *commands.Bus) {
		_, err := do("x", "sale")
		wantFate(t, err, commands.NotDone)
		_, err = b.Do(t.Context(), domain.Command{ID: "y", Deadline: time.Now().Add(-time.Minute)})
		wantFate(t, err, commands.NotDone)
		if len(l.sent) != 1 {
			t.Error("a command that was late from the start was sent")
		}
	})
}

// TestOneIDManyWaiters has three requests under one id, one of them another request.
func TestOneIDManyWaiters(t *testing.T) {
	t.Parallel()
	l := &line{publish: silent}
	onBus(t, l, func(t *testing.T, do doer, _ *commands.Bus) {
		var group sync.WaitGroup
		codes := map[string][]domain.Code{}
		var mu sync.Mutex
		for _, slug := range []string{"sale", "sale", "other"} {
			group.Go(func() {
				_, err := do("x", slug)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					codes[slug] = append(codes[slug], 0)
				} else {
					codes[slug] = append(codes[slug], domain.CodeOf(err))
				}
			})
		}
		synctest.Wait()
		for _, c := range l.sent {
			r := accepted(c)
			if c.Body.(domain.CreateLink).Slug == "other" {
				r.Rejection = domain.Errorf(domain.KeyReused, "", "reused")
			}
			l.reply(r)
		}
		l.reply(domain.Reply{Command: "nobody waits for this"})
		group.Wait()
		if len(codes["sale"]) != 2 || codes["sale"][0] != 0 || codes["sale"][1] != 0 || codes["other"][0] != domain.KeyReused {
			t.Error(codes)
		}
	})
}

func TestStopEndsTheWaiting(t *testing.T) {
	t.Parallel()
	onBus(t, &line{publish: silent}, func(t *testing.T, do doer, b *commands.Bus) {
		done := make(chan error)
		go func() {
			_, err := do("x", "sale")
			done <- err
		}()
		synctest.Wait()
		start := time.Now()
		b.Stop()
		wantFate(t, <-done, commands.Unknown)
		if time.Since(start) != 0 {
			t.Errorf("it took %s", time.Since(start))
		}
		_, err := do("y", "sale")
		wantFate(t, err, commands.NotDone)
	})
}

func TestACallerMayLeave(t *testing.T) {
	t.Parallel()
	onBus(t, &line{publish: silent}, func(t *testing.T, _ doer, b *commands.Bus) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := b.Do(ctx, domain.Command{ID: "x", Deadline: time.Now().Add(time.Minute)})
		wantFate(t, err, commands.Unknown)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestFateNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range []commands.Fate{commands.Unknown, commands.NotDone, commands.Done} {
		u := &commands.Unfinished{Command: "x", Fate: f, Cause: errFault}
		if seen[f.String()] || !errors.Is(u, errFault) || u.Error() == "" {
			t.Error(f, u)
		}
		seen[f.String()] = true
	}
}
