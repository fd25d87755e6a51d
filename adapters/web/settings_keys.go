package web

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// keysView is what the page of API keys shows.
type keysView struct {
	Keys    []identity.Key
	Now     time.Time
	Plain   Form
	New     Form
	Token   string // of a key that was just made, shown this once
	Problem string
}

var (
	scopeChoices = []Choice{
		{Value: "read", Label: "Read", Hint: "links, tags, domains and their history"},
		{Value: "write", Label: "Write", Hint: "make, change and delete links"},
		{Value: "analytics", Label: "Analytics", Hint: "clicks and statistics"},
		{Value: "domains", Label: "Domains", Hint: "add and set up short domains"},
	}
	styleChoices = []Choice{
		{Value: "", Label: "Linklog's own"}, {Value: "linkpack", Label: "LinkPack"}, {Value: "linxly", Label: "Linx.ly"},
		{Value: "smartlinks", Label: "SmartLinks"}, {Value: "spotify", Label: "Spotify"},
	}
	lifeChoices = []Choice{
		{Value: "", Label: "Never"}, {Value: "30", Label: "In 30 days"}, {Value: "90", Label: "In 90 days"}, {Value: "365", Label: "In a year"},
	}
	overlapChoices = []Choice{
		{Value: "0", Label: "at once"}, {Value: "1", Label: "in an hour"}, {Value: "24", Label: "in a day"}, {Value: "168", Label: "in a week"},
	}
)

func (s *Server) showKeys(c echo.Context, refused error, change func(*keysView)) error {
	v := keysView{Now: s.clock(), Plain: s.form(c), New: s.form(c).With("scopes", domain.AllScopes.Names()...)}
	var err error
	if v.Keys, err = s.Keys.List(c.Request().Context(), account(c)); err != nil {
		return err
	}
	change(&v)
	return s.settings(c, refused, settingsView{
		Title: "API keys", Intro: "What programs show to use this account over the API.", Path: "/settings/keys", Body: keysPage(v),
	})
}

// getKeys is GET /settings/keys.
func (s *Server) getKeys(c echo.Context) error {
	return s.showKeys(c, nil, func(*keysView) {})
}

// postKey is POST /settings/keys: makes one, whose token is in this answer and never again.
func (s *Server) postKey(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	k, err := s.newKey(f)
	token := ""
	if err == nil {
		token, _, err = s.Keys.New(c.Request().Context(), account(c), k)
	}
	if err != nil {
		return s.showKeys(c, err, func(v *keysView) { v.New = f.refused(err) })
	}
	return s.showKeys(c, nil, func(v *keysView) { v.Token = token })
}

func (s *Server) newKey(f Form) (identity.NewKey, error) {
	k := identity.NewKey{Name: f.Get("name"), Style: f.Get("style")}
	if k.Name == "" {
		return k, domain.Errorf(domain.Validation, "name", "Give it a name that says what uses it.")
	}
	if len(f.All("scopes")) == 0 {
		return k, domain.Errorf(domain.Validation, "scopes", "Tick what the key may be used for.")
	}
	var err error
	if k.Scopes, err = domain.ParseScopes(f.All("scopes")...); err != nil {
		return k, err
	}
	if raw := f.Get("expires"); raw != "" {
		days, err := strconv.Atoi(raw)
		if err != nil || days <= 0 || days > 3650 {
			return k, domain.Errorf(domain.Validation, "expires", "Choose when it ends.")
		}
		k.Expires = s.clock().AddDate(0, 0, days)
	}
	return k, nil
}

// postRotate is POST /settings/keys/rotate: another key in the place of one that goes on for a
// while.
func (s *Server) postRotate(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	hours, err := strconv.Atoi(f.Get("overlap"))
	if err != nil || hours < 0 || hours > 720 {
		return s.keyProblem(c, domain.Errorf(domain.Validation, "", "Choose when the old key ends."))
	}
	token, _, err := s.Keys.Rotate(c.Request().Context(), account(c), domain.KeyID(f.Get("id")), time.Duration(hours)*time.Hour)
	if err != nil {
		return s.keyProblem(c, err)
	}
	return s.showKeys(c, nil, func(v *keysView) { v.Token = token })
}

// postRevoke is POST /settings/keys/revoke.
func (s *Server) postRevoke(c echo.Context) error {
	f, err := s.posted(c)
	if err == nil {
		err = s.Keys.Revoke(c.Request().Context(), account(c), domain.KeyID(f.Get("id")))
	}
	if err != nil {
		return s.keyProblem(c, err)
	}
	return s.done(c, "/settings/keys", "The key opens nothing any more.")
}

// keyProblem tells why the list stays as it was.
func (s *Server) keyProblem(c echo.Context, err error) error {
	if domain.CodeOf(err) == domain.Internal {
		return err
	}
	return s.showKeys(c, err, func(v *keysView) { v.Problem = Form{}.refused(err).anything() })
}
