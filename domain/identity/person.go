package identity

import (
	"time"

	"github.com/linklog/linklog/domain"
)

// PersonID names somebody who may sign in, as in usr_….
type PersonID string

// Person is somebody who may sign in.
type Person struct {
	ID        PersonID
	Email     string // in lower case
	Name      string // may be empty
	Verified  bool   // whether mail to the address was answered
	Password  bool   // whether there is one: invited people and those of a foreign sign-in have none at first
	TwoFactor bool
	Created   time.Time
}

// By is how the log names the person as the author of a change.
func (p Person) By() domain.KeyID { return domain.KeyID(p.ID) }

// Role is what a member may do in an account.
type Role string

// The roles.
const (
	Owner  Role = "owner"  // everything, members and the account itself included
	Editor Role = "editor" // links, domains and clicks
	Viewer Role = "viewer" // sees all of that
)

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	switch r := Role(s); r {
	case Owner, Editor, Viewer:
		return r, nil
	}
	return "", domain.Errorf(domain.Validation, "role", "role must be owner, editor or viewer, not %q", s)
}

// Scopes are what the role may do with links.
func (r Role) Scopes() domain.Scopes {
	switch r {
	case Owner, Editor:
		return domain.AllScopes
	case Viewer:
		return domain.ScopeRead | domain.ScopeAnalytics
	}
	return 0
}

// Manages reports whether the role may change members, keys, webhooks, and end the account.
func (r Role) Manages() bool { return r == Owner }

// Membership is an account as one of its members sees it.
type Membership struct {
	Account  domain.AccountID
	Name     string // of the account
	Plan     domain.Plan
	Requests int // an hour of each key, as agreed with the account; 0: what the plan says
	Role     Role
	Since    time.Time
}

// Member is a person in an account.
type Member struct {
	Person Person
	Role   Role
	Since  time.Time
}

// Invitation is an open invitation to an account, by mail.
type Invitation struct {
	ID      string // inv_…
	Account domain.AccountID
	Email   string
	Role    Role
	By      PersonID
	Created time.Time
	Expires time.Time
}
