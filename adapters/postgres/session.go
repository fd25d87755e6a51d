package postgres

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// SessionTTL is how long what a session says is believed before it is read again.
const SessionTTL = time.Second

// A session ends when it wasn't seen for as long as sessionIdle, and at sessionAge at the latest.
const (
	sessionIdle = "30 days"
	sessionAge  = "90 days"
)

// longestAgent bounds what is kept of a browser's name for itself, in bytes.
const longestAgent = 256

func opaque(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Enter begins a session of somebody who has proved otherwise who they are.
func (p *People) Enter(ctx context.Context, id identity.PersonID, agent string) (identity.Entry, error) {
	return p.begin(ctx, id, agent, "")
}

// begin begins a session on a device; one that isn't the person's becomes known by another name.
func (p *People) begin(ctx context.Context, id identity.PersonID, agent, device string) (identity.Entry, error) {
	if len(agent) > longestAgent {
		agent = agent[:longestAgent]
	}
	agent = strings.ReplaceAll(strings.ToValidUTF8(agent, ""), "\x00", "")
	token, hash := newOpaque()
	csrf := opaque(newSecret())
	err := pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) (err error) {
		if device, err = rememberDevice(ctx, tx, id, device); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO identity.session (id, hash, person, csrf, agent, expires) VALUES ($1, $2, $3, $4, $5, now() + interval '`+sessionIdle+`')`,
			newID("ses_"), hash, id, csrf, agent)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM identity.session WHERE person = $1 AND expires < now()`, id)
		return err
	})
	if violates(err, "session_person_fkey") || violates(err, "device_person_fkey") {
		return identity.Entry{}, errNoPerson()
	}
	if err != nil {
		return identity.Entry{}, fmt.Errorf("begin session: %w", err)
	}
	s, err := p.readSession(ctx, digest(hash))
	if err != nil {
		return identity.Entry{}, err
	}
	return identity.Entry{Token: token, Device: device, Session: s}, nil
}

// Session is the one a token opens; otherwise an Unauthorized error. What it says is at most
// [SessionTTL] old.
func (p *People) Session(ctx context.Context, token string) (identity.Session, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return identity.Session{}, errNoSession()
	}
	d := digest(sha256.Sum256([]byte(token)))
	s, err := p.sessions.get(ctx, d, func(ctx context.Context) (identity.Session, error) { return p.readSession(ctx, d) })
	if err == nil && s.ID == "" {
		err = errNoSession()
	}
	return s, err
}

func errNoSession() error {
	return domain.Errorf(domain.Unauthorized, "", "The session has ended. Sign in again.")
}

// sessionQuery reads sessions s of people p, each with the account that is looked at: the chosen
// one, or else the oldest.
const sessionQuery = `
	SELECT s.id, s.csrf, s.agent, s.created, s.seen, s.expires,
		coalesce(c.id, ''), coalesce(c.name, ''), coalesce(c.plan, ''), coalesce(c.requests, 0), coalesce(c.role, ''), coalesce(c.since, '0001-01-01Z'),
		` + personColumns + `
	FROM identity.session s JOIN identity.person p ON p.id = s.person
	LEFT JOIN LATERAL (
		SELECT a.id, a.name, a.plan, a.requests, m.role, m.since
		FROM identity.member m JOIN identity.account a ON a.id = m.account
		WHERE m.person = s.person ORDER BY (a.id = s.account) IS TRUE DESC, m.since, a.id LIMIT 1) c ON true`

func scanSession(row pgx.CollectableRow) (identity.Session, error) {
	var s identity.Session
	c := &s.Current
	err := row.Scan(append([]any{
		&s.ID, &s.CSRF, &s.Agent, &s.Created, &s.Seen, &s.Expires, &c.Account, &c.Name, &c.Plan, &c.Requests, &c.Role, &c.Since,
	}, personFields(&s.Person)...)...)
	s.CSRF = formToken(s.CSRF, c.Account)
	return s, err
}

// formToken is what forms of a session carry while it looks at an account: one that was filled in
// for another account, in another tab perhaps, is not taken for this one.
func formToken(secret string, account domain.AccountID) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(account))
	return opaque(mac.Sum(nil))
}

// readSession is the session behind a digest, zero if there is none. That it was seen is noted once
// a minute.
func (p *People) readSession(ctx context.Context, d digest) (identity.Session, error) {
	rows, _ := p.pool.Query(ctx, `
		WITH seen AS (
			UPDATE identity.session SET seen = now(), expires = least(created + interval '`+sessionAge+`', now() + interval '`+sessionIdle+`')
			WHERE hash = $1 AND expires > now() AND seen < now() - interval '1 minute')
		`+sessionQuery+` WHERE s.hash = $1 AND s.expires > now()`, d[:])
	s, err := pgx.CollectExactlyOneRow(rows, scanSession)
	if errors.Is(err, pgx.ErrNoRows) {
		return identity.Session{}, nil
	}
	if err != nil {
		return identity.Session{}, fmt.Errorf("read session: %w", err)
	}
	return s, nil
}

// SessionsOf are a person's open sessions, the one seen last first.
func (p *People) SessionsOf(ctx context.Context, id identity.PersonID) ([]identity.Session, error) {
	rows, _ := p.pool.Query(ctx, sessionQuery+` WHERE s.person = $1 AND s.expires > now() ORDER BY s.seen DESC, s.id`, id)
	all, err := pgx.CollectRows(rows, scanSession)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return all, nil
}

// Switch lets a session look at another account of its person.
func (p *People) Switch(ctx context.Context, token string, account domain.AccountID) error {
	tag, err := p.pool.Exec(ctx, `
		UPDATE identity.session s SET account = m.account FROM identity.member m
		WHERE s.hash = $1 AND s.expires > now() AND m.person = s.person AND m.account = $2`, digestOf(token), account)
	if err != nil {
		return fmt.Errorf("switch account: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return domain.Errorf(domain.NotFound, "account", "You are not a member of account %q.", account)
	}
	p.sessions.clear()
	return nil
}

// SignOut ends a session. One that has ended already is fine.
func (p *People) SignOut(ctx context.Context, token string) error {
	return p.endSessions(ctx, `DELETE FROM identity.session WHERE hash = $1`, digestOf(token))
}

// EndSession ends one of a person's sessions, by its id.
func (p *People) EndSession(ctx context.Context, id identity.PersonID, session string) error {
	return p.endSessions(ctx, `DELETE FROM identity.session WHERE person = $1 AND id = $2`, id, session)
}

// EndOthers ends all of a person's sessions but one.
func (p *People) EndOthers(ctx context.Context, id identity.PersonID, keep string) error {
	return p.endSessions(ctx, `DELETE FROM identity.session WHERE person = $1 AND id <> $2`, id, keep)
}

func (p *People) endSessions(ctx context.Context, statement string, args ...any) error {
	if _, err := p.pool.Exec(ctx, statement, args...); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	p.sessions.clear()
	return nil
}
