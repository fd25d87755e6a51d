package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// What was typed travels through the form for signing in, in fields of their own.
const (
	keptField   = "kept"
	keptToField = "kept_to"
)

// kept is a form that could not be taken when it was sent: the session was over. Nobody should
// have to type anything twice for that.
type kept struct {
	To     string // where it was sent; empty: nothing is kept
	Values url.Values
}

// typed is what a request's form holds, secrets left out.
func typed(c echo.Context) (kept, error) {
	values, err := c.FormParams()
	if err != nil {
		return kept{}, err
	}
	k := kept{To: c.Request().URL.RequestURI(), Values: url.Values{}}
	for name, all := range values {
		if !confidential(name) {
			k.Values[name] = all
		}
	}
	return k, nil
}

// confidential reports whether a field holds what must not be kept.
func confidential(name string) bool {
	switch name {
	case tokenField, ticketField, "code", "old":
		return true
	}
	return strings.Contains(name, "password")
}

// keptIn is what a form for signing in carries.
func keptIn(f Form) kept {
	values, err := url.ParseQuery(f.Raw(keptField))
	to := local(f.Raw(keptToField), "")
	if err != nil || to == "" {
		return kept{}
	}
	return kept{To: to, Values: values}
}

// into puts it into a form for signing in.
func (k kept) into(f Form) Form {
	return f.With(keptField, k.Values.Encode()).With(keptToField, k.To)
}

// names are those of its fields that people have filled in, in order.
func (k kept) names() []string {
	var all []string
	for name, values := range k.Values {
		if name != keyField && strings.Join(values, "") != "" {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// keepTyped asks somebody to sign in whose session was over when they sent a form.
func (s *Server) keepTyped(c echo.Context) error {
	k, err := typed(c)
	if err != nil {
		return err
	}
	wholePage(c)
	f := k.into(s.form(c))
	f.Problem = "Your session is over. Sign in again: what you typed is kept and can be sent then."
	return s.show(c, http.StatusUnauthorized, "Sign in", s.signInPage(f))
}

// askToRepeat shows a form again that was of an earlier session: it could not be told from one
// that another site made up, so a person has to look at it.
func (s *Server) askToRepeat(c echo.Context) error {
	k, err := typed(c)
	if err != nil {
		return err
	}
	wholePage(c)
	return s.show(c, http.StatusForbidden, "Send it again?", repeatPage(s.form(c), k))
}

// wholePage has htmx show the answer instead of the whole page.
func wholePage(c echo.Context) {
	c.Response().Header().Set("Hx-Retarget", "body")
	c.Response().Header().Set("Hx-Reswap", "innerHTML")
}
