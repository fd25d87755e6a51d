package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// membersView is what the page of members shows.
type membersView struct {
	Who         identity.Session
	Members     []identity.Member
	Invitations []identity.Invitation
	Manages     bool
	Plain       Form
	Invite      Form
	Link        string // to an invitation that no mail could carry, shown this once
	Problem     string
}

var roles = []Choice{
	{Value: string(identity.Viewer), Label: "Viewer", Hint: "sees links and clicks"},
	{Value: string(identity.Editor), Label: "Editor", Hint: "makes and changes links and domains"},
	{Value: string(identity.Owner), Label: "Owner", Hint: "does everything, members and keys included"},
}

func (s *Server) showMembers(c echo.Context, refused error, change func(*membersView)) error {
	ctx := c.Request().Context()
	v := membersView{Who: session(c), Manages: manages(c), Plain: s.form(c), Invite: s.form(c).With("role", string(identity.Editor))}
	var err error
	if v.Members, err = s.Members.Members(ctx, account(c)); err != nil {
		return err
	}
	if v.Manages {
		if v.Invitations, err = s.Members.Invitations(ctx, account(c)); err != nil {
			return err
		}
	}
	change(&v)
	return s.settings(c, refused, settingsView{
		Title: "Members", Intro: "Who may look at " + session(c).Current.Name + ", and who may change it.", Path: "/settings/members", Body: membersPage(v),
	})
}

// getMembers is GET /settings/members.
func (s *Server) getMembers(c echo.Context) error {
	return s.showMembers(c, nil, func(*membersView) {})
}

// postInvite is POST /settings/members/invite. Without mail the link is shown to who invites.
func (s *Server) postInvite(c echo.Context) error {
	ctx, who := c.Request().Context(), session(c)
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	refused := func(err error) error {
		return s.showMembers(c, err, func(v *membersView) { v.Invite = f.refused(err) })
	}
	role, err := identity.ParseRole(f.Get("role"))
	if err != nil {
		return refused(err)
	}
	mailed, handed, err := s.Members.Invite(ctx, account(c), who.Person.ID, f.Get("email"), role)
	if err != nil {
		return refused(err)
	}
	name := who.Person.Name
	if name == "" {
		name = who.Person.Email
	}
	err = s.send(ctx, f.Get("email"), "Join "+plainLine(who.Current.Name)+" on Linklog",
		plainLine(name)+" invites you to "+plainLine(who.Current.Name)+". Open this to join:", s.address("/invitation/"+mailed), "If you don't know what this is about, do nothing.")
	if err != nil {
		s.log.WarnContext(ctx, "an invitation was not sent", "error", err)
		return s.showMembers(c, nil, func(v *membersView) { v.Link = s.address("/invitation/" + handed) })
	}
	return s.done(c, "/settings/members", "An invitation is on its way to "+f.Get("email")+".")
}

// postWithdraw is POST /settings/members/withdraw.
func (s *Server) postWithdraw(c echo.Context) error {
	return s.changeMembers(c, "The invitation is withdrawn.", func(f Form) error {
		return s.Members.WithdrawInvitation(c.Request().Context(), account(c), f.Get("invitation"))
	})
}

// postRole is POST /settings/members/role.
func (s *Server) postRole(c echo.Context) error {
	return s.changeMembers(c, "The role is changed.", func(f Form) error {
		role, err := identity.ParseRole(f.Get("role"))
		if err != nil {
			return err
		}
		return s.Members.SetRole(c.Request().Context(), account(c), identity.PersonID(f.Get("person")), role)
	})
}

// postRemove is POST /settings/members/remove.
func (s *Server) postRemove(c echo.Context) error {
	return s.changeMembers(c, "They are no member any more.", func(f Form) error {
		return s.Members.RemoveMember(c.Request().Context(), account(c), identity.PersonID(f.Get("person")))
	})
}

// postLeave is POST /settings/members/leave: removes who asks.
func (s *Server) postLeave(c echo.Context) error {
	err := s.Members.RemoveMember(c.Request().Context(), account(c), session(c).Person.ID)
	if err != nil {
		return s.memberProblem(c, err)
	}
	return s.done(c, "/", "You have left the account.")
}

// changeMembers has something changed about one of them.
func (s *Server) changeMembers(c echo.Context, message string, change func(Form) error) error {
	f, err := s.posted(c)
	if err == nil {
		err = change(f)
	}
	if err != nil {
		return s.memberProblem(c, err)
	}
	return s.done(c, "/settings/members", message)
}

// memberProblem tells why the list stays as it was. Its rows have no place for that.
func (s *Server) memberProblem(c echo.Context, err error) error {
	if domain.CodeOf(err) == domain.Internal {
		return err
	}
	return s.showMembers(c, err, func(v *membersView) { v.Problem = Form{}.refused(err).anything() })
}

// anything is what is wrong, wherever.
func (f Form) anything() string {
	for _, e := range f.Errors {
		return e
	}
	return f.Problem
}
