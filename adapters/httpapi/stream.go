package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// MaxStreams is how many click streams an account may have open on one process.
const MaxStreams = 10

const (
	streamKeyTime   = time.Second      // between two looks at whether the caller may still listen
	streamWriteTime = 10 * time.Second // for a client to take what it is sent
	streamRetry     = "retry: 2000\n"  // milliseconds until a client that was cut off comes back
	closeBy         = 1_000            // records that are few enough to join the others and catch up meanwhile
)

// streamClicks is GET /v1/clicks/stream: the account's clicks as server-sent events. The id of
// an event is the place in the log behind it, so a client that comes back with it in
// Last-Event-ID misses nothing. Silence is broken by a comment and the newest id.
func (s *Server) streamClicks(c echo.Context) error {
	filter, err := s.streamFilter(c)
	if err != nil {
		return err
	}
	seat, err := s.stream.take(filter)
	if err != nil {
		c.Set(resetKey, s.clock().Add(streamWriteTime)) // it is not the hour's allowance that is spent
		return err
	}
	defer s.stream.leave(seat)
	ctx, cancel := context.WithCancel(c.Request().Context())
	defer cancel()
	defer context.AfterFunc(s.stream.open, cancel)()
	from, gap, err := s.streamStart(ctx, c)
	if err != nil {
		return err
	}
	w := newEventWriter(c)
	if err := s.streamFrom(ctx, c, w, seat, from, gap); err != nil && ctx.Err() == nil {
		s.log.DebugContext(ctx, "click stream ended", "request_id", requestID(c), "error", err)
	}
	return nil // the status is long sent
}

// streamFilter is whose clicks are asked for.
func (s *Server) streamFilter(c echo.Context) (clickFilter, error) {
	f := clickFilter{account: caller(c).Account}
	text := c.QueryParam("link")
	if text == "" {
		return f, nil
	}
	n, err := domain.ParseLinkNumber(text)
	if err != nil {
		return f, domain.Errorf(domain.Validation, "link", "link must be the id of a link, as in lnk_1x2y3z")
	}
	l, err := s.links.Link(c.Request().Context(), n)
	if err != nil {
		return f, err
	}
	if l.Account != f.account || l.Status == domain.Deleted {
		return f, domain.Errorf(domain.NotFound, "link", "no link has the id %q", text)
	}
	f.link = n
	return f, nil
}

// streamStart is where to begin; nil: with the next click. A place that the log doesn't hold
// any more is moved to what it does hold, and gap is true.
func (s *Server) streamStart(ctx context.Context, c echo.Context) (from position, gap bool, err error) {
	id := c.Request().Header.Get("Last-Event-ID")
	if id == "" {
		return nil, false, nil
	}
	from, err = parsePosition(id)
	if err != nil {
		return nil, false, err
	}
	first, err := s.stream.log.Beginnings(ctx)
	if err != nil {
		return nil, false, unavailable(err)
	}
	end, err := s.stream.log.Ends(ctx)
	if err != nil {
		return nil, false, unavailable(err)
	}
	if len(from) != len(end) {
		return nil, false, errNoPosition()
	}
	for p := range from {
		held := min(max(from[p], first[p]), end[p])
		gap = gap || held != from[p]
		from[p] = held
	}
	return from, gap, nil
}

// streamFrom sends what there is from a place on, then what comes. It returns nil when the
// client is to come back: it is too slow, its key has ended, or the process ends.
func (s *Server) streamFrom(ctx context.Context, c echo.Context, w *eventWriter, seat *seat, from position, gap bool) error {
	if err := w.begin(gap); err != nil {
		return err
	}
	for from != nil {
		now, err := s.stream.now(ctx)
		if err != nil {
			return err
		}
		if from.behind(now) <= closeBy {
			break
		}
		if err := s.catchUp(ctx, w, seat, from, now); err != nil {
			return err
		}
	}
	joined, err := s.stream.join(ctx, seat)
	if err != nil {
		return err
	}
	if from != nil {
		if err := s.catchUp(ctx, w, seat, from, joined); err != nil {
			return err
		}
	}
	if err := w.place(joined.String()); err != nil {
		return err
	}
	return s.streamOn(ctx, c, w, seat)
}

// catchUp sends what is between two places, and moves from to the later one.
func (s *Server) catchUp(ctx context.Context, w *eventWriter, seat *seat, from, to position) error {
	if from.behind(to) == 0 {
		return nil
	}
	read := append(position(nil), from...)
	sent := s.clock()
	err := s.stream.log.ReadTo(ctx, read, to, func(partition int32, next int64, c domain.Click) error {
		from[partition] = next
		switch now := s.clock(); {
		case seat.wants(&c):
			sent = now
			text, err := s.stream.json(c)
			if err != nil {
				return err
			}
			return w.click(from.String(), text)
		case now.Sub(sent) > s.heartbeat:
			sent = now
			return w.place(from.String())
		}
		return nil
	})
	copy(from, to)
	return err
}

// streamOn sends what comes.
func (s *Server) streamOn(ctx context.Context, c echo.Context, w *eventWriter, seat *seat) error {
	beat := time.NewTicker(s.heartbeat)
	defer beat.Stop()
	look := time.NewTicker(min(streamKeyTime, s.heartbeat))
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-seat.cut:
			return nil
		case e := <-seat.events:
			if err := w.click(e.id, e.data); err != nil {
				return err
			}
			if len(seat.events) == 0 {
				if err := w.flush(); err != nil {
					return err
				}
			}
		case <-look.C:
			who, err := s.identify(c) //nolint:contextcheck // the request has it
			if err == nil && (who.Account != seat.account || !who.Scopes.Has(domain.ScopeAnalytics)) {
				return nil // the key has ended
			}
		case <-beat.C:
			if err := w.place(s.stream.place(seat)); err != nil {
				return err
			}
		}
	}
}

// eventWriter writes server-sent events. A write that the client doesn't take in time fails.
type eventWriter struct {
	w       *echo.Response
	control *http.ResponseController
	text    []byte
}

func newEventWriter(c echo.Context) *eventWriter {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream")
	h.Set(echo.HeaderCacheControl, "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	return &eventWriter{w: c.Response(), control: http.NewResponseController(c.Response())}
}

// begin sends the headers, so that the client knows that it is listening.
func (w *eventWriter) begin(gap bool) error {
	// The limit is that of a request; this fails only where there is no connection.
	_ = w.control.SetWriteDeadline(time.Now().Add(streamWriteTime))
	w.w.WriteHeader(http.StatusOK)
	w.text = append(w.text[:0], streamRetry...)
	if gap {
		w.text = append(w.text, "event: gap\ndata: {}\n"...)
	}
	w.text = append(w.text, '\n')
	if err := w.send(); err != nil {
		return err
	}
	return w.flush()
}

// click sends one event. It may stay in a buffer until flush.
func (w *eventWriter) click(id string, data []byte) error {
	w.text = append(append(append(w.text[:0], "event: click\nid: "...), id...), "\ndata: "...)
	w.text = append(append(w.text, data...), "\n\n"...)
	return w.send()
}

// place sends a sign of life, and the newest place if there is one to tell: an event without
// data is not shown to anybody, but its id is remembered.
func (w *eventWriter) place(id string) error {
	w.text = append(w.text[:0], ":\n"...)
	if id != "" {
		w.text = append(append(append(w.text, "id: "...), id...), '\n')
	}
	w.text = append(w.text, '\n')
	if err := w.send(); err != nil {
		return err
	}
	return w.flush()
}

func (w *eventWriter) send() error {
	_ = w.control.SetWriteDeadline(time.Now().Add(streamWriteTime)) // see begin
	_, err := w.w.Write(w.text)
	return err
}

func (w *eventWriter) flush() error {
	if err := w.control.Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
