package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// changeAnswer is a change in a link's history.
type changeAnswer struct {
	Version uint64                  `json:"version"` // the link's after it
	At      string                  `json:"at"`
	Event   string                  `json:"event"`
	By      byAnswer                `json:"by"`
	Via     string                  `json:"via"` // api or a dialect's name, say
	Changes map[string]fromToAnswer `json:"changes"`
}

// byAnswer is who asked for a change.
type byAnswer struct {
	Account domain.AccountID `json:"account"`
	Key     domain.KeyID     `json:"key"`
}

// fromToAnswer is how a member of a link changed; null is none.
type fromToAnswer struct {
	From any `json:"from"`
	To   any `json:"to"`
}

// getHistory is GET /v1/links/:id/history: newest first. Of a deleted link it tells who did it.
func (s *Server) getHistory(c echo.Context) error {
	l, err := s.anyLink(c)
	if err != nil {
		return err
	}
	limit, err := pageSize(c.QueryParam("limit"))
	if err != nil {
		return err
	}
	before, err := parseVersion("cursor", c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	all, err := s.links.History(c.Request().Context(), l.Number, before, limit+1)
	if err != nil {
		return err
	}
	var next *string
	if len(all) > limit {
		all = all[:limit]
		last := strconv.FormatUint(all[limit-1].Version, 10)
		next = &last
	}
	shown := make([]changeAnswer, len(all))
	for i := range all {
		shown[i] = s.shownChange(l, &all[i])
	}
	return answer(c, http.StatusOK, struct {
		Success    bool           `json:"success"`
		History    []changeAnswer `json:"history"`
		NextCursor *string        `json:"next_cursor"`
	}{true, shown, next})
}

func (s *Server) shownChange(l domain.Link, change *links.Change) changeAnswer {
	a := changeAnswer{
		Version: change.Version, At: stamp(change.At), Event: change.Event, By: byAnswer{l.Account, change.By},
		Via: change.Via, Changes: map[string]fromToAnswer{},
	}
	if a.Via == "" {
		a.Via = "api"
	}
	for name, c := range change.Changes {
		switch name {
		case "destination":
			a.Changes["url"] = fromToAnswer{shownValue(c.From), shownValue(c.To)}
		case "slug":
			a.Changes["short_url"] = fromToAnswer{s.shownPlace(c.From), s.shownPlace(c.To)}
		case "expires":
			a.Changes["expires_at"] = fromToAnswer{shownValue(c.From), shownValue(c.To)}
		case domain.FieldDisabled.String():
			from, _ := c.From.(bool)
			to, _ := c.To.(bool)
			a.Changes["enabled"] = fromToAnswer{!from, !to}
		default:
			a.Changes[name] = fromToAnswer{shownValue(c.From), shownValue(c.To)}
		}
	}
	return a
}

// shownPlace is the URL of a slug with its host.
func (s *Server) shownPlace(v any) any {
	text, _ := v.(string)
	host, slug, ok := strings.Cut(text, "/")
	if !ok {
		return nil
	}
	return s.shortURL(domain.Link{Host: domain.Host(host), Slug: domain.Slug(slug)})
}

// shownValue is a value of the model as links show it.
func shownValue(v any) any {
	switch v := v.(type) {
	case domain.Metadata:
		if v == "" {
			return nil
		}
		return json.RawMessage(v)
	case []domain.Rule:
		return shownRules(v)
	case []domain.Script:
		return shownScripts(v)
	case time.Time:
		return timeOrNil(v)
	}
	return v
}

// getPast is GET /v1/links/:id?as_of=… or ?version=…: the link as it was. Its clicks are today's.
func (s *Server) getPast(c echo.Context) error {
	l, err := s.ownLink(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if raw := c.QueryParam("as_of"); raw != "" {
		var at time.Time
		if at, _, err = parseTime(raw); err != nil {
			return domain.Errorf(domain.Validation, "as_of", "as_of must be an ISO 8601 date or datetime")
		}
		l, err = s.links.AsOf(ctx, l.Number, at)
	} else {
		l, err = s.atVersion(ctx, l, c.QueryParam("version"))
	}
	if err != nil {
		return err
	}
	return s.showLink(c, http.StatusOK, l)
}

func (s *Server) atVersion(ctx context.Context, l domain.Link, raw string) (domain.Link, error) {
	version, err := parseVersion("version", raw)
	if err != nil {
		return domain.Link{}, err
	}
	return s.links.AtVersion(ctx, l.Number, version)
}

// parseVersion reads a version in a parameter, 0 if it isn't there.
func parseVersion(name, raw string) (uint64, error) {
	if raw == "" {
		return 0, nil
	}
	v, err := strconv.ParseUint(raw, 10, 63)
	if err != nil || v == 0 {
		return 0, domain.Errorf(domain.Validation, name, "%s must be a version: 1 or more", name)
	}
	return v, nil
}

// revertLink is POST /v1/links/:id/revert {"version": N}: another change, to what the link was.
func (s *Server) revertLink(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	var version uint64
	if err := f.Value("version", &version, "a version of the link"); err != nil {
		return err
	}
	l, err := s.ownLink(c)
	if err != nil {
		return err
	}
	was, err := s.links.AtVersion(c.Request().Context(), l.Number, version)
	if err != nil {
		return renamedCode(err, domain.NotFound, domain.Validation, "version")
	}
	return s.update(c, domain.UpdateLink{
		Destination: &was.Destination, Host: &was.Host, Slug: &was.Slug, Expires: &was.Expires,
		Patch:  domain.Patch{Set: allTraits(), To: was.Traits},
		Revert: true,
	})
}

// renamedCode is err with another code and field, if it has that code.
func renamedCode(err error, from, to domain.Code, field string) error {
	if domain.CodeOf(err) != from {
		return err
	}
	return domain.Errorf(to, field, "%s: %s", field, messageOf(err))
}
