package httpapi

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// Limits of imports.
const (
	MaxImportedLinks  = 1_000  // that one request asks about
	MaxImportedClicks = 10_000 // that one request brings, counting what stands for several as often
)

// How long a request waits until what it brought is counted, and how often it looks.
const (
	importPatience = 20 * time.Second
	importInterval = 25 * time.Millisecond
)

// ClickImports take clicks that another shortener recorded.
type ClickImports interface {
	// Append returns once the clicks are in the log, in their order; after an error they may be
	// there or not, and must be sent again before later ones of their links.
	Append(ctx context.Context, clicks []domain.Click) error
	// Counted is, for each link, how many of a source's clicks are counted.
	Counted(ctx context.Context, account domain.AccountID, source string, links []domain.LinkNumber) ([]uint64, error)
}

var sourceName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,31}$`)

// importSource is the shortener that a request brings things from.
func importSource(f Fields) (string, error) {
	source, err := f.Text("source")
	if err != nil {
		return "", err
	}
	if !sourceName.MatchString(source) {
		return "", domain.Errorf(domain.Validation, "source", "source must be 1 to 32 lower-case letters, digits, dots, hyphens and underscores")
	}
	return source, nil
}

// importedLink is a link as an importer asks about it.
type importedLink struct {
	Domain   string `json:"domain"`
	Slug     string `json:"slug"`
	External string `json:"external_id"`
}

// importAnswer is what is known of it.
type importAnswer struct {
	State   string       `json:"state"` // new, imported, yours, taken or refused
	ID      string       `json:"id,omitempty"`
	LongURL string       `json:"long_url,omitempty"`
	Rests   *time.Time   `json:"rests_until,omitempty"` // of taken: nobody's any more, but in quarantine
	Error   *errorAnswer `json:"error,omitempty"`
}

// checkImport is POST /v1/imports/check: what would become of links that are to be made with these
// slugs and external ids. It promises nothing: a slug that is free may be taken meanwhile.
func (s *Server) checkImport(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	var asked []importedLink
	if err := f.Value("links", &asked, "a list of links"); err != nil {
		return err
	}
	if len(asked) == 0 || len(asked) > MaxImportedLinks {
		return domain.Errorf(domain.Validation, "links", "links must be 1 to %d", MaxImportedLinks)
	}
	results := make([]importAnswer, len(asked))
	for i, l := range asked {
		results[i], err = s.checkOne(c, l)
		if domain.CodeOf(err) == domain.Validation {
			results[i] = importAnswer{State: "refused", Error: &errorAnswer{statuses[domain.Validation].Code, messageOf(err), fieldOf(err)}}
		} else if err != nil {
			return err
		}
	}
	return answer(c, http.StatusOK, struct {
		Success bool           `json:"success"`
		Results []importAnswer `json:"results"`
	}{true, results})
}

func (s *Server) checkOne(c echo.Context, asked importedLink) (importAnswer, error) {
	ctx, host := c.Request().Context(), s.host
	if asked.Domain != "" {
		var err error
		if host, err = parseHost("domain", asked.Domain); err != nil {
			return importAnswer{}, err
		}
	}
	on, err := s.shortDomain(ctx, host)
	if err != nil {
		return importAnswer{}, err
	}
	if asked.External != "" {
		l, err := s.links.ByExternal(ctx, caller(c).Account, on, asked.External)
		if domain.CodeOf(err) != domain.NotFound {
			return importAnswer{State: "imported", ID: l.Number.String(), LongURL: string(l.Destination)}, err
		}
	}
	if asked.Slug == "" {
		return importAnswer{State: "new"}, nil
	}
	return s.checkSlug(c, host, on, asked.Slug)
}

// checkSlug tells what would become of a slug of a host on a short domain.
func (s *Server) checkSlug(c echo.Context, host, on domain.Host, raw string) (importAnswer, error) {
	ctx := c.Request().Context()
	slug, err := domain.ParseForeignSlug(raw)
	if err != nil {
		return importAnswer{}, err
	}
	if domain.Reserved(raw) {
		d, err := s.links.Domain(ctx, on)
		if err = anyOf(err, d.Spares(slug)); err != nil {
			return importAnswer{}, err
		}
	}
	l, err := s.links.BySlug(ctx, host, raw)
	switch {
	case domain.CodeOf(err) == domain.NotFound:
		return s.checkRest(c, host, slug)
	case err != nil:
		return importAnswer{}, err
	case l.Account == caller(c).Account:
		return importAnswer{State: "yours", ID: l.Number.String(), LongURL: string(l.Destination)}, nil
	}
	return importAnswer{State: "taken"}, nil
}

// checkRest tells whether a slug that nobody has may be had again.
func (s *Server) checkRest(c echo.Context, host domain.Host, slug domain.Slug) (importAnswer, error) {
	claim, err := s.links.Claim(c.Request().Context(), host, string(slug))
	switch {
	case err != nil:
		return importAnswer{}, err
	case claim.Open(caller(c).Account, s.clock()):
		return importAnswer{State: "new"}, nil
	case claim.Freed.IsZero() && claim.Account == caller(c).Account: // made since we looked, by another import of theirs
		l, err := s.Known(c, claim.Link)
		if domain.CodeOf(err) == domain.NotFound {
			return importAnswer{State: "taken"}, nil
		}
		return importAnswer{State: "yours", ID: claim.Link.String(), LongURL: string(l.Destination)}, err
	case claim.Freed.IsZero(): // taken since we looked
		return importAnswer{State: "taken"}, nil
	}
	return importAnswer{State: "taken", Rests: new(claim.Freed.Add(domain.Quarantine).UTC())}, nil
}

// importPositions is POST /v1/imports/clicks/positions: how many clicks from a source the caller's
// links have, so that an importer goes on where it was stopped. Links that are not the caller's have
// none.
func (s *Server) importPositions(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	source, err := importSource(f)
	if err != nil {
		return err
	}
	var ids []string
	if err := f.Value("links", &ids, "a list of ids of links"); err != nil {
		return err
	}
	if len(ids) > MaxImportedLinks {
		return domain.Errorf(domain.Validation, "links", "links must be at most %d", MaxImportedLinks)
	}
	numbers := make([]domain.LinkNumber, len(ids))
	for i, id := range ids {
		if numbers[i], err = domain.ParseLinkNumber(id); err != nil {
			return domain.Errorf(domain.Validation, "links", "links[%d] must be the id of a link, as in lnk_1x2y3z", i)
		}
	}
	counted, err := s.imports.Counted(c.Request().Context(), caller(c).Account, source, numbers)
	if err != nil {
		return err
	}
	positions := make(map[string]uint64, len(ids))
	for i, id := range ids {
		positions[id] = counted[i]
	}
	return answer(c, http.StatusOK, struct {
		Success   bool              `json:"success"`
		Positions map[string]uint64 `json:"positions"`
	}{true, positions})
}
