package identity

import (
	"net/netip"
	"time"

	"github.com/linklog/linklog/domain"
)

// Session is a person who has signed in on one device.
type Session struct {
	ID      string // ses_…, which lists show; the token that opens it is a secret of its own
	Person  Person
	Current Membership // the account that is looked at; zero in no account at all
	CSRF    string     // what forms of this session carry, about that account
	Agent   string     // the browser, as it called itself
	Created time.Time
	Seen    time.Time // to the minute
	Expires time.Time
}

// Caller is who asks when the session asks something of the API.
func (s Session) Caller() domain.Caller {
	return domain.Caller{
		Account: s.Current.Account, Key: s.Person.By(), Plan: s.Current.Plan, Requests: s.Current.Requests, Scopes: s.Current.Role.Scopes(),
	}
}

// Attempt is somebody who tries to sign in.
type Attempt struct {
	Email    string
	Password string
	Code     string     // of the second factor, or one of the recovery codes; empty: not asked yet
	Device   string     // what the device got when somebody last signed in on it; empty: an unknown one
	From     netip.Addr // guessing is limited by address, too
	Agent    string
}

// Entry is a session that has just begun. Token and Device are for cookies; nobody can show them again.
type Entry struct {
	Token   string
	Device  string // known from now on: a stranger's guessing doesn't lock it out
	Session Session
}

// NewPerson is who signs up. With an invitation they join its account, and their address is known
// to be theirs; otherwise they get an account of their own.
type NewPerson struct {
	Email      string
	Name       string
	Password   string
	Account    string      // the new account's name; empty: the person's name or address
	Plan       domain.Plan // of the new account; empty: free
	Invitation string      // its token
	From       netip.Addr  // where they are; zero: not counted
}
