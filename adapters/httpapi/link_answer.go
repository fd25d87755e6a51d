package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// linkAnswer is a link as callers see it: the document's members first, then ours. Of ours only
// those that are set, or with ?fields=all all of them.
type linkAnswer struct {
	documented documentedLink
	link       domain.Link
	elsewhere  bool // the link is not on the installation's own host
	all        bool
	now        time.Time
}

// documentedLink is a link in PocoLink's document.
type documentedLink struct {
	ID        string  `json:"id"`
	ShortURL  string  `json:"short_url"`
	LongURL   string  `json:"long_url"`
	Slug      string  `json:"slug"`
	Clicks    uint64  `json:"clicks"`
	CreatedAt string  `json:"created_at"`
	ExpiresAt *string `json:"expires_at"`
}

// MarshalJSON implements json.Marshaler.
func (a linkAnswer) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	if err := appendJSON(&b, a.documented); err != nil {
		return nil, err
	}
	b.Truncate(b.Len() - 1) // the closing brace
	if a.all || a.elsewhere {
		if err := addMember(&b, "domain", a.link.Host); err != nil {
			return nil, err
		}
	}
	if a.all {
		err := errors.Join(addMember(&b, "status", a.life()), addMember(&b, "version", a.link.Version), addMember(&b, "updated_at", stamp(a.link.Updated)))
		if err != nil {
			return nil, err
		}
	}
	if err := linkMembers(&b, &a.link.Traits, a.all); err != nil {
		return nil, err
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// life is where the link is in its life, in the words of the filter of lists.
func (a *linkAnswer) life() links.Life {
	switch l := &a.link; {
	case l.Archived:
		return links.Archived
	case l.Disabled:
		return links.Disabled
	case !l.Expires.IsZero() && !a.now.Before(l.Expires):
		return links.Expired
	case a.now.Before(l.Starts):
		return links.Scheduled
	}
	return links.Working
}

// addMember writes another member of an object that has some.
func addMember(b *bytes.Buffer, name string, value any) error {
	fmt.Fprintf(b, ",%q:", name)
	return appendJSON(b, value)
}

// appendJSON writes v with URLs as people write them (no \u0026).
func appendJSON(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	b.Truncate(b.Len() - 1) // the line's end
	return nil
}

// allFields is what ?fields asks for if everything shall be shown.
const allFields = "all"

// wantsAll reports whether answers shall show members that are not set as well.
func wantsAll(c echo.Context) bool { return c.QueryParam("fields") == allFields }

// checked refuses what no handler could answer, before anything is done.
func checked(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if raw := c.QueryParam("fields"); raw != "" && raw != allFields {
			return domain.Errorf(domain.Validation, "fields", "fields must be %s", allFields)
		}
		return next(c)
	}
}

func (s *Server) showLink(c echo.Context, code int, l domain.Link) error {
	shown, err := s.shown(c, []domain.Link{l})
	if err != nil {
		return err
	}
	return s.writeLink(c, code, shown[0])
}

func (s *Server) writeLink(c echo.Context, code int, shown linkAnswer) error {
	c.Response().Header().Set("ETag", etag(shown.link.Version))
	return answer(c, code, struct {
		Success bool       `json:"success"`
		Link    linkAnswer `json:"link"`
	}{true, shown})
}

// showChanged answers with the link as a command left it, or as it is by now.
func (s *Server) showChanged(c echo.Context, code int, reply domain.Reply, key string) error {
	l, err := s.links.Link(c.Request().Context(), reply.Link)
	switch {
	case err != nil:
		return doneUnseen(reply, key, err)
	case l.Status == domain.Deleted:
		return domain.Errorf(domain.NotFound, "", "link %s was deleted in the meantime", reply.Link)
	case code == http.StatusCreated && s.clock().Sub(l.Created) < domain.Skew:
		return s.writeLink(c, code, s.shownWith(l, 0, wantsAll(c))) // nobody knew it yet: no need to ask
	}
	if err := s.showLink(c, code, l); err != nil {
		return doneUnseen(reply, key, err)
	}
	return nil
}

// shown is the links with their clicks.
func (s *Server) shown(c echo.Context, all []domain.Link) ([]linkAnswer, error) {
	numbers := make([]domain.LinkNumber, len(all))
	for i, l := range all {
		numbers[i] = l.Number
	}
	totals, err := s.clicks.Totals(c.Request().Context(), numbers)
	if err != nil {
		return nil, err
	}
	answers := make([]linkAnswer, len(all))
	for i, l := range all {
		answers[i] = s.shownWith(l, totals[l.Number].Human, wantsAll(c))
	}
	return answers, nil
}

func (s *Server) shownWith(l domain.Link, visits uint64, all bool) linkAnswer {
	a := linkAnswer{link: l, elsewhere: l.Host != s.host, all: all, now: s.clock(), documented: documentedLink{
		ID: l.Number.String(), ShortURL: s.shortURL(l), LongURL: string(l.Destination), Slug: string(l.Slug),
		Clicks: visits, CreatedAt: l.Created.UTC().Format(time.RFC3339),
	}}
	if !l.Expires.IsZero() {
		expires := stamp(l.Expires)
		a.documented.ExpiresAt = &expires
	}
	return a
}
