package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// section is a page of the settings.
type section struct{ path, name string }

// sectionsOf are those that a role may open.
func sectionsOf(role identity.Role) []section {
	all := []section{{"/settings/profile", "Your profile"}}
	if role == "" {
		return all
	}
	all = append(all, section{"/settings/account", "Account"}, section{"/settings/members", "Members"}, section{"/settings/domains", "Domains"})
	if role.Manages() {
		all = append(all, section{"/settings/keys", "API keys"}, section{"/settings/webhooks", "Webhooks"})
	}
	return all
}

// settings answers with a section of the settings; refused is why it is shown again, if it is.
func (s *Server) settings(c echo.Context, refused error, v settingsView) error {
	v.Sections = sectionsOf(session(c).Current.Role)
	if refused != nil {
		return s.again(c, refused, v.Title, settingsPage(v))
	}
	return s.page(c, v.Title, settingsPage(v))
}

// getSettings is GET /settings.
func (s *Server) getSettings(c echo.Context) error { return s.redirect(c, "/settings/profile") }

// manages reports whether who asks may change members, keys and the account.
func manages(c echo.Context) bool { return session(c).Current.Role.Manages() }

// may reports whether who asks has scopes.
func may(c echo.Context, scopes domain.Scopes) bool {
	return session(c).Current.Role.Scopes().Has(scopes)
}
