package web

import (
	"context"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
)

// People knows who may sign in. Refusals are *domain.Error: Validation names the form's field,
// Unauthorized is one answer to everything that doesn't fit, RateLimited says to wait.
type People interface {
	Sessions
	Passwords

	// SignUp makes a person, and an account of theirs unless they were invited to one.
	SignUp(ctx context.Context, p identity.NewPerson) (identity.PersonID, error)
	// Federated is the person of a foreign sign-in; made, with an account, if there is none and
	// signUp allows it. A verified address that somebody here has is that person's.
	Federated(ctx context.Context, issuer, subject string, p identity.NewPerson, verified, signUp bool) (identity.PersonID, error)
	// Verification is the token that proves the person's address by mail, Verify takes it back from
	// that person and nobody else.
	Verification(ctx context.Context, id identity.PersonID) (token string, err error)
	Verify(ctx context.Context, token string, by identity.PersonID) error
	// Rename changes what a person is called.
	Rename(ctx context.Context, id identity.PersonID, name string) error
	// Memberships are the accounts somebody may look at, oldest first.
	Memberships(ctx context.Context, id identity.PersonID) ([]identity.Membership, error)
}

// Sessions keeps who has signed in.
type Sessions interface {
	// SignIn begins a session. identity.ErrSecondFactor asks for the code, the password being right.
	SignIn(ctx context.Context, a identity.Attempt) (identity.Entry, error)
	// Enter begins a session of somebody who has proved otherwise who they are.
	Enter(ctx context.Context, id identity.PersonID, agent string) (identity.Entry, error)
	// Session is the one a token opens; otherwise a domain.Unauthorized error.
	Session(ctx context.Context, token string) (identity.Session, error)
	// Switch lets a session look at another account of its person.
	Switch(ctx context.Context, token string, account domain.AccountID) error
	// SignOut ends a session, by its token; EndSession one of the person's by its id, and
	// EndOthers all of them but one.
	SignOut(ctx context.Context, token string) error
	EndSession(ctx context.Context, id identity.PersonID, session string) error
	EndOthers(ctx context.Context, id identity.PersonID, keep string) error
	// SessionsOf are a person's open sessions, the one seen last first.
	SessionsOf(ctx context.Context, id identity.PersonID) ([]identity.Session, error)
}

// Passwords are what people sign in with, and the second factor.
type Passwords interface {
	// Forgotten is a token for setting a new password, by mail; empty if nobody has the address.
	Forgotten(ctx context.Context, email string) (token string, err error)
	// Reset sets a new password, proves the address and ends all sessions.
	Reset(ctx context.Context, token, password string) (identity.PersonID, error)
	// ChangePassword is Reset for somebody who knows the old one (or has none).
	ChangePassword(ctx context.Context, id identity.PersonID, old, password string) error
	// BeginTwoFactor, by the password if there is one, draws a secret, which ConfirmTwoFactor takes into use with a first code; it
	// returns recovery codes, shown once.
	BeginTwoFactor(ctx context.Context, id identity.PersonID, password string) (secret, url string, err error)
	ConfirmTwoFactor(ctx context.Context, id identity.PersonID, code string) (recovery []string, err error)
	EndTwoFactor(ctx context.Context, id identity.PersonID, password string) error
}

// Members keeps who is in an account. The last owner can't leave or become less.
type Members interface {
	Members(ctx context.Context, account domain.AccountID) ([]identity.Member, error)
	SetRole(ctx context.Context, account domain.AccountID, id identity.PersonID, role identity.Role) error
	RemoveMember(ctx context.Context, account domain.AccountID, id identity.PersonID) error
	// Invite invites an address. The mailed token proves that who brings it gets mail there, the
	// handed one, for who invites where no mail can be sent, nothing. Inviting again replaces.
	Invite(ctx context.Context, account domain.AccountID, by identity.PersonID, email string, role identity.Role) (mailed, handed string, err error)
	Invitations(ctx context.Context, account domain.AccountID) ([]identity.Invitation, error)
	WithdrawInvitation(ctx context.Context, account domain.AccountID, id string) error
	// Invitation is an open one by its token; Accept makes somebody who has signed in a member.
	Invitation(ctx context.Context, token string) (identity.Invitation, string, error) // and the account's name
	Accept(ctx context.Context, token string, id identity.PersonID) (domain.AccountID, error)
	// RenameAccount changes what an account is called.
	RenameAccount(ctx context.Context, account domain.AccountID, name string) error
}

// Keys keeps the accounts' API keys.
type Keys interface {
	List(ctx context.Context, account domain.AccountID) ([]identity.Key, error)
	New(ctx context.Context, account domain.AccountID, k identity.NewKey) (token string, key identity.Key, err error)
	// Rotate replaces a key; the old one goes on working for overlap.
	Rotate(ctx context.Context, account domain.AccountID, id domain.KeyID, overlap time.Duration) (token string, key identity.Key, err error)
	Revoke(ctx context.Context, account domain.AccountID, id domain.KeyID) error
}

// Mailer sends a plain text mail.
type Mailer interface {
	Send(ctx context.Context, to, subject, text string) error
}

// Commands has a command done and returns once reads show it. A refusal is its *domain.Error;
// what can't be promised is a *commands.Unfinished.
type Commands interface {
	Do(ctx context.Context, c domain.Command) (domain.Reply, error)
}

// Links reads the links model, as *links.Reader does; its errors are those of the native API's seam.
type Links interface {
	Past
	Belongings

	Link(ctx context.Context, n domain.LinkNumber) (domain.Link, error)
	Many(ctx context.Context, numbers []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error)
	List(ctx context.Context, q links.ListQuery) (links.Page, error)
	Count(ctx context.Context, f links.Filter) (int, error)
	NumbersOf(ctx context.Context, f links.Filter) ([]domain.LinkNumber, error)
	Numbers(ctx context.Context, account domain.AccountID, on domain.Host) ([]domain.LinkNumber, error)
	BySlug(ctx context.Context, host domain.Host, slug string) (domain.Link, error)
}

// Past reads what links were.
type Past interface {
	History(ctx context.Context, n domain.LinkNumber, before uint64, limit int) ([]links.Change, error)
	AtVersion(ctx context.Context, n domain.LinkNumber, version uint64) (domain.Link, error)
	// Claim is who has a slug, or had it last; its zero value if nobody ever had it.
	Claim(ctx context.Context, host domain.Host, slug string) (domain.Claim, error)
}

// Belongings reads what accounts have beside links.
type Belongings interface {
	Domains(ctx context.Context) ([]domain.Domain, error)
	DomainsOf(ctx context.Context, account domain.AccountID) ([]domain.Domain, error)
	Domain(ctx context.Context, host domain.Host) (domain.Domain, error)
	Tags(ctx context.Context, account domain.AccountID) ([]links.TagCount, error)
	Usage(ctx context.Context, account domain.AccountID) (uint64, error)
}

// Clicks reads the clicks model, as *clicks.Reader does.
type Clicks interface {
	Totals(ctx context.Context, links []domain.LinkNumber) (map[domain.LinkNumber]clicks.Counts, error)
	Analyse(ctx context.Context, q clicks.Question) (clicks.Analytics, error)
	Recent(ctx context.Context, link domain.LinkNumber, before uint64, limit int) ([]clicks.Single, error)
}
