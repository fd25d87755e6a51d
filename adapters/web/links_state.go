package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// linkSwitch is something that is done to a link with one button.
type linkSwitch struct {
	name, done string
	field      domain.Field
	to         domain.Traits
}

var linkSwitches = []linkSwitch{
	{"archive", "Archived: visitors are told that there is no such link until it is restored.", domain.FieldArchived, domain.Traits{Archived: true}},
	{"restore", "Restored: the link works again.", domain.FieldArchived, domain.Traits{}},
	{"disable", "Switched off: visitors are told that there is no such link.", domain.FieldDisabled, domain.Traits{Disabled: true}},
	{"enable", "Switched on: the link works again.", domain.FieldDisabled, domain.Traits{}},
}

// switchOf is the one of that name.
func switchOf(name string) (linkSwitch, error) {
	for _, x := range linkSwitches {
		if x.name == name {
			return x, nil
		}
	}
	return linkSwitch{}, domain.Errorf(domain.Validation, "do", "do must be something that can be done with a link")
}

func (x linkSwitch) command(n domain.LinkNumber) domain.UpdateLink {
	return domain.UpdateLink{Link: n, Patch: domain.Patch{Set: domain.Fields(0).With(x.field), To: x.to}}
}

// postLinkState is POST /links/:id/state.
func (s *Server) postLinkState(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	l, err := s.linkOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	x, err := switchOf(f.Get("do"))
	if err != nil {
		return err
	}
	if _, err := s.do(c, s.command(c, f, l.Domain, x.command(l.Number))); err != nil {
		return s.retry(c, l, f, err, words(x.name), string(linkPath(l.Number, "state")), words(x.name)+" this link.")
	}
	return s.done(c, string(linkPath(l.Number)), x.done)
}

// retry shows a form of one button that could not be done, to be sent again.
func (s *Server) retry(c echo.Context, l domain.Link, f Form, refusal error, title, to, what string) error {
	return s.again(c, refusal, title, retryPage(f.refused(explained(refusal)), string(l.Host)+"/"+string(l.Slug), to, string(linkPath(l.Number)), what), linkFiles...)
}
