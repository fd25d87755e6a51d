package web

import (
	"context"
	"errors"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// slugSaid is what is known of a slug that somebody types. It is no promise: the decider has the
// last word.
type slugSaid struct {
	Good bool
	Text string
	Link domain.LinkNumber // whose it is, if that is one of the account's; 0: another's, or nobody's
}

// getSlug is GET /links/slug: whether a slug could be had, for forms while they are filled in.
func (s *Server) getSlug(c echo.Context) error {
	said, err := s.slugSaid(c.Request().Context(), account(c), c.QueryParam("domain"), strings.TrimSpace(c.QueryParam("slug")), c.QueryParam("link"))
	if err != nil {
		return err
	}
	return s.part(c, slugAnswer(said))
}

// slugSaid looks whether the link of that id (empty: a new one) could have a slug.
func (s *Server) slugSaid(ctx context.Context, of domain.AccountID, rawHost, slug, link string) (slugSaid, error) {
	if slug == "" {
		return slugSaid{Good: true, Text: "One is drawn if you leave this empty."}, nil
	}
	host, err := domain.ParseHost(strings.TrimSpace(rawHost))
	if err != nil {
		return slugSaid{}, nil //nolint:nilerr // the other field says so
	}
	claim, err := s.Links.Claim(ctx, host, slug)
	if err != nil {
		return slugSaid{}, err
	}
	own := claim.Link != 0 && claim.Freed.IsZero() && claim.Link.String() == link // and may be of a shape that we don't give out
	if _, err := domain.ParseSlug(slug); err != nil && !own {
		return slugSaid{Text: refusalText("slug", err)}, nil
	}
	switch {
	case claim.Link == 0:
		return slugSaid{Good: true, Text: slug + " is free."}, nil
	case own:
		return slugSaid{Good: true, Text: "This is what the link is called now."}, nil
	case claim.Freed.IsZero() && claim.Account == of:
		return slugSaid{Text: slug + " is taken by another link of yours.", Link: claim.Link}, nil
	case claim.Freed.IsZero():
		return slugSaid{Text: slug + " is taken."}, nil
	case claim.Account == of:
		return slugSaid{Good: true, Text: slug + " is free: a link of yours had it."}, nil
	case claim.Open(of, s.clock()):
		return slugSaid{Good: true, Text: slug + " is free."}, nil
	}
	return slugSaid{Text: slug + " was somebody else's until lately, so it rests until " + claim.Freed.Add(domain.Quarantine).UTC().Format("2 January 2006") +
		": printed codes still lead there."}, nil
}

// refusalText is what an error says of a field.
func refusalText(name string, err error) string {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		return ""
	}
	return aboutField(name, e)
}
