package httpapi

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// exportClicks is GET /v1/clicks/export: every click of the account's links that the log has, as
// JSON lines like those of the stream. It reads the whole log, so it takes one of the places that
// streams have.
func (s *Server) exportClicks(c echo.Context) error {
	filter, err := s.streamFilter(c)
	if err != nil {
		return err
	}
	seat, err := s.stream.take(filter)
	if err != nil {
		return err
	}
	defer s.stream.leave(seat)
	ctx := c.Request().Context()
	numbers, err := s.links.Numbers(ctx, filter.account, "")
	if err != nil {
		return err
	}
	living := make(map[domain.LinkNumber]struct{}, len(numbers))
	for _, n := range numbers {
		living[n] = struct{}{}
	}
	from, err := s.stream.log.Beginnings(ctx)
	if err != nil {
		return unavailable(err)
	}
	to, err := s.stream.log.Ends(ctx)
	if err != nil {
		return unavailable(err)
	}
	e := clickExport{c, s, living, filter, time.Time{}}
	c.Response().Header().Set(echo.HeaderContentType, "application/x-ndjson")
	c.Response().WriteHeader(http.StatusOK)
	if err := s.stream.log.ReadTo(ctx, from, to, e.write); err != nil {
		s.fail(c, err)
		panic(http.ErrAbortHandler) // or the reader would take what there is for all there was
	}
	return nil
}

// clickExport writes clicks to the answer.
type clickExport struct {
	echo.Context

	server *Server
	living map[domain.LinkNumber]struct{} // links that are not deleted
	filter clickFilter
	given  time.Time // when the reader was last given time
}

func (e *clickExport) write(_ int32, _ int64, c domain.Click) error {
	if now := time.Now(); now.Sub(e.given) > time.Second {
		e.given = now
		err := http.NewResponseController(e.Response()).SetWriteDeadline(now.Add(exportPatience)) // the connection knows no other clock
		if err != nil && e.server.listener != nil {                                               // a recorder has none
			return fmt.Errorf("give the reader time: %w", err)
		}
	}
	if _, lives := e.living[c.Link]; !lives || !e.filter.wants(&c) {
		return nil
	}
	line, err := e.server.stream.json(c)
	if err != nil {
		return err
	}
	if _, err := e.Response().Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write line of export: %w", err)
	}
	return nil
}
