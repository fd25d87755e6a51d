package web

import (
	"context"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// errClosed is for those whom this installation lets in by invitation only, or not at all.
func (s *Server) errClosed() error {
	if s.options.SignUp == Closed {
		return domain.Errorf(domain.Forbidden, "", "Nobody can sign up here. Ask whoever runs this installation for an account.")
	}
	return domain.Errorf(domain.Forbidden, "", "Signing up here takes an invitation. Ask somebody who has an account.")
}

// getSignUp is GET /sign-up.
func (s *Server) getSignUp(c echo.Context) error {
	if s.options.SignUp != Open {
		return s.errClosed()
	}
	return s.page(c, "Make an account", signUpForm(signUp{Form: s.form(c), Action: "/sign-up"}))
}

// getInvitation is GET /invitation/:token: for who has signed in the question whether they accept,
// for others the form for signing up.
func (s *Server) getInvitation(c echo.Context) error {
	p, err := s.invited(c, s.form(c))
	if err != nil {
		return err
	}
	if who, err := s.SessionOf(c.Request()); err == nil {
		c.Set(sessionKey, who)
		return s.page(c, "Invitation", acceptForm(p, s.form(c), who.Person.Email))
	}
	if s.options.SignUp == Closed {
		p.SignInOnly = true
	}
	p.Form = p.Form.With("email", p.Invitation.Email)
	return s.page(c, "Invitation", signUpForm(p))
}

// invited is the form of the invitation that the path has.
func (s *Server) invited(c echo.Context, f Form) (signUp, error) {
	i, name, err := s.Members.Invitation(c.Request().Context(), c.Param("token"))
	switch domain.CodeOf(err) {
	case domain.NotFound, domain.Unauthorized, domain.Validation:
		return signUp{}, domain.Errorf(domain.NotFound, "", "This invitation was used, withdrawn, or is too old. Ask for another one.")
	}
	return signUp{Form: f, Action: c.Request().URL.Path, Invitation: i, Account: name}, err
}

// postSignUp is POST /sign-up and POST /invitation/:token: makes a person, and signs them in.
func (s *Server) postSignUp(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	ctx, token := c.Request().Context(), c.Param("token")
	p := signUp{Form: f, Action: "/sign-up"}
	switch {
	case token != "":
		if p, err = s.invited(c, f); err != nil {
			return err
		}
		p.Form = f.With("email", p.Invitation.Email)
		if s.options.SignUp == Closed {
			return s.errClosed()
		}
	case s.options.SignUp != Open:
		return s.errClosed()
	}
	id, err := s.People.SignUp(ctx, identity.NewPerson{
		Email: p.Form.Get("email"), Name: f.Get("name"), Password: f.Raw("password"), Account: f.Get("account"), Invitation: token,
		From: address(c),
	})
	if err != nil {
		p.Form = p.Form.refused(err)
		return s.again(c, err, "Make an account", signUpForm(p))
	}
	if token == "" {
		if err := s.askToVerify(ctx, id, p.Form.Get("email")); err != nil { // they can have it sent again
			s.log.WarnContext(ctx, "a person was not asked for their address", "person", id, "error", err)
		}
	}
	return s.enterAs(c, f, id)
}

// enterAs begins a session of somebody who has just proved who they are.
func (s *Server) enterAs(c echo.Context, f Form, id identity.PersonID) error {
	entry, err := s.People.Enter(c.Request().Context(), id, agent(c))
	if err != nil {
		return fmt.Errorf("begin the session of a new person: %w", err)
	}
	return s.welcome(c, f, entry)
}

// askToVerify sends the mail that an answer proves the address by.
func (s *Server) askToVerify(ctx context.Context, id identity.PersonID, email string) error {
	token, err := s.People.Verification(ctx, id)
	if err != nil {
		return err
	}
	return s.send(ctx, email, "Is this your address?", "Welcome to Linklog.", "Open this to say that the address is yours:",
		s.address("/verify/"+token), "If you don't know what this is about, do nothing.")
}

// send sends a mail of paragraphs.
func (s *Server) send(ctx context.Context, to, subject string, paragraphs ...string) error {
	if s.Mailer == nil {
		return errNoMail()
	}
	return s.Mailer.Send(ctx, to, subject, strings.Join(paragraphs, "\n\n")+"\n")
}

func errNoMail() error {
	return domain.Errorf(domain.Unavailable, "", "This installation can't send mail. Ask whoever runs it.")
}

// getVerify is GET /verify/:token, for who has signed in. It only asks: programs that look into mails
// open links, too.
func (s *Server) getVerify(c echo.Context) error {
	return s.page(c, "Is this your address?", verifyForm(s.form(c), c.Request().URL.Path))
}

// postVerify is POST /verify/:token.
func (s *Server) postVerify(c echo.Context) error {
	if err := s.People.Verify(c.Request().Context(), c.Param("token"), session(c).Person.ID); err != nil {
		if domain.CodeOf(err) == domain.Internal {
			return err
		}
		return domain.Errorf(domain.NotFound, "", "This link was used, is too old, or was sent to somebody else than you have signed in as. Have another one sent from your profile.")
	}
	return s.done(c, "/", "Thank you: the address is yours.")
}

// postAccept is POST /invitation/:token/accept.
func (s *Server) postAccept(c echo.Context) error {
	ctx := c.Request().Context()
	account, err := s.Members.Accept(ctx, c.Param("token"), session(c).Person.ID)
	if err != nil {
		return err
	}
	if err := s.People.Switch(ctx, sessionToken(c.Request()), account); err != nil {
		return err
	}
	return s.done(c, "/", "Welcome: you are a member now.")
}

// getMails is GET /dev/mail: what was sent, for those who try things out.
func (s *Server) getMails(c echo.Context) error {
	if who, err := s.SessionOf(c.Request()); err == nil {
		c.Set(sessionKey, who)
	}
	var all []Mail
	if s.Mails != nil {
		all = s.Mails()
	}
	return s.page(c, "Mail", mailsPage(all))
}
