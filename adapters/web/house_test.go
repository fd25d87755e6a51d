package web

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// house keeps people, members and keys in memory, for pages to be tried on. Its rules are the
// plainest that fit the seam; the real ones are the database's.
type house struct {
	mu sync.Mutex // of tokens

	now      func() time.Time
	people   map[identity.PersonID]*resident
	accounts map[domain.AccountID]*tenancy
	sessions map[string]*identity.Session // by token
	tokens   map[string]string            // of mails: what for, and whose
	invites  map[string]identity.Invitation
	keys     []identity.Key
	down     error // what every question is answered with
}

type resident struct {
	identity.Person

	password, secret string
}

type tenancy struct {
	name    string
	plan    domain.Plan
	members map[identity.PersonID]identity.Role
}

var errUnfit = domain.Errorf(domain.Unauthorized, "", "That doesn't fit.")

func newHouse(now func() time.Time) *house {
	h := &house{
		now: now, people: map[identity.PersonID]*resident{}, accounts: map[domain.AccountID]*tenancy{},
		sessions: map[string]*identity.Session{}, tokens: map[string]string{}, invites: map[string]identity.Invitation{},
	}
	h.accounts["acc_ann"] = &tenancy{"Ann's links", domain.Pro, map[identity.PersonID]identity.Role{"usr_ann": identity.Owner}}
	h.people["usr_ann"] = &resident{identity.Person{ID: "usr_ann", Email: "ann@example.com", Name: "Ann", Verified: true, Password: true, Created: now()}, "correct horse", ""}
	return h
}

// join makes somebody a member of Ann's account.
func (h *house) join(name string, role identity.Role) {
	id := identity.PersonID("usr_" + name)
	h.people[id] = &resident{identity.Person{ID: id, Email: name + "@example.com", Name: name, Verified: true, Password: true, Created: h.now()}, "correct horse", ""}
	h.accounts["acc_ann"].members[id] = role
}

func (h *house) token(what string) string {
	h.mu.Lock() // mails are sent after the answer
	defer h.mu.Unlock()
	t := rand.Text()
	h.tokens[t] = what
	return t
}

func (h *house) spend(token, kind string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	what, rest, ok := strings.Cut(h.tokens[token], " ")
	if !ok || what != kind {
		return "", domain.Errorf(domain.Validation, "token", "token is not known, or was used")
	}
	delete(h.tokens, token)
	return rest, nil
}

func (h *house) byEmail(email string) *resident {
	for _, p := range h.people {
		if p.Email == strings.ToLower(email) {
			return p
		}
	}
	return nil
}

func (h *house) SignUp(_ context.Context, p identity.NewPerson) (identity.PersonID, error) {
	if len(p.Password) < 10 {
		return "", domain.Errorf(domain.Validation, "password", "password must have at least 10 characters")
	}
	if h.byEmail(p.Email) != nil {
		return "", domain.Errorf(domain.Validation, "email", "email: somebody has that address already")
	}
	id := identity.PersonID("usr_" + strings.ToLower(rand.Text()[:8]))
	h.people[id] = &resident{identity.Person{ID: id, Email: strings.ToLower(p.Email), Name: p.Name, Password: true, Created: h.now()}, p.Password, ""}
	if p.Invitation != "" {
		h.people[id].Verified = true
		_, err := h.Accept(context.Background(), p.Invitation, id)
		return id, err
	}
	h.accounts[domain.AccountID("acc_"+string(id[4:]))] = &tenancy{p.Name, domain.Free, map[identity.PersonID]identity.Role{id: identity.Owner}}
	return id, nil
}

func (h *house) Federated(ctx context.Context, _, subject string, p identity.NewPerson, verified, signUp bool) (identity.PersonID, error) {
	if known := h.byEmail(p.Email); known != nil && verified {
		return known.ID, nil
	}
	if !signUp {
		return "", domain.Errorf(domain.Forbidden, "", "nobody here has that address")
	}
	p.Password = subject + "----------"
	return h.SignUp(ctx, p)
}

func (h *house) Verification(_ context.Context, id identity.PersonID) (string, error) {
	return h.token("verify " + string(id)), nil
}

func (h *house) Verify(_ context.Context, token string, by identity.PersonID) error {
	id, err := h.spend(token, "verify")
	if err == nil && by != identity.PersonID(id) {
		return domain.Errorf(domain.Validation, "token", "token is another's")
	}
	if err == nil {
		h.people[identity.PersonID(id)].Verified = true
	}
	return err
}

func (h *house) Rename(_ context.Context, id identity.PersonID, name string) error {
	if len(name) > 100 {
		return domain.Errorf(domain.Validation, "name", "name must have at most 100 characters")
	}
	h.people[id].Name = name
	return h.down
}

func (h *house) Memberships(_ context.Context, id identity.PersonID) (all []identity.Membership, err error) {
	for a, t := range h.accounts {
		if role, ok := t.members[id]; ok {
			all = append(all, identity.Membership{Account: a, Name: t.name, Plan: t.plan, Role: role, Since: h.now()})
		}
	}
	slices.SortFunc(all, func(a, b identity.Membership) int { return strings.Compare(string(a.Account), string(b.Account)) })
	return all, nil
}

func (h *house) SignIn(ctx context.Context, a identity.Attempt) (identity.Entry, error) {
	p := h.byEmail(a.Email)
	switch {
	case h.down != nil:
		return identity.Entry{}, h.down
	case p == nil || p.password != a.Password:
		return identity.Entry{}, errUnfit
	case p.TwoFactor && a.Code == "":
		return identity.Entry{}, identity.ErrSecondFactor
	case p.TwoFactor && a.Code != "123456":
		return identity.Entry{}, errUnfit
	}
	return h.Enter(ctx, p.ID, a.Agent)
}

func (h *house) Enter(_ context.Context, id identity.PersonID, agent string) (identity.Entry, error) {
	s := &identity.Session{
		ID: "ses_" + strings.ToLower(rand.Text()[:8]), Person: h.people[id].Person, CSRF: rand.Text(), Agent: agent,
		Created: h.now(), Seen: h.now(), Expires: h.now().Add(time.Hour),
	}
	if all, _ := h.Memberships(context.Background(), id); len(all) > 0 {
		s.Current = all[0]
	}
	token := rand.Text()
	h.sessions[token] = s
	return identity.Entry{Token: token, Device: rand.Text(), Session: *s}, nil
}

func (h *house) Session(_ context.Context, token string) (identity.Session, error) {
	s := h.sessions[token]
	if s == nil {
		return identity.Session{}, errUnfit
	}
	now := *s
	now.Person = h.people[s.Person.ID].Person
	if t := h.accounts[s.Current.Account]; t != nil {
		now.Current.Role, now.Current.Name = t.members[s.Person.ID], t.name
	} else {
		now.Current = identity.Membership{}
	}
	return now, nil
}

func (h *house) Switch(_ context.Context, token string, account domain.AccountID) error {
	all, _ := h.Memberships(context.Background(), h.sessions[token].Person.ID)
	for _, m := range all {
		if m.Account == account {
			h.sessions[token].Current = m
			return nil
		}
	}
	return domain.Errorf(domain.NotFound, "", "no such account")
}

func (h *house) SignOut(_ context.Context, token string) error {
	delete(h.sessions, token)
	return nil
}

func (h *house) EndSession(_ context.Context, id identity.PersonID, session string) error {
	for token, s := range h.sessions {
		if s.Person.ID == id && s.ID == session {
			delete(h.sessions, token)
		}
	}
	return nil
}

func (h *house) EndOthers(_ context.Context, id identity.PersonID, keep string) error {
	for token, s := range h.sessions {
		if s.Person.ID == id && s.ID != keep {
			delete(h.sessions, token)
		}
	}
	return nil
}

func (h *house) SessionsOf(_ context.Context, id identity.PersonID) (all []identity.Session, err error) {
	for _, s := range h.sessions {
		if s.Person.ID == id {
			all = append(all, *s)
		}
	}
	return all, nil
}

func (h *house) Forgotten(_ context.Context, email string) (string, error) {
	p := h.byEmail(email)
	if p == nil {
		return "", nil
	}
	return h.token("reset " + string(p.ID)), nil
}

func (h *house) Reset(_ context.Context, token, password string) (identity.PersonID, error) {
	if len(password) < 10 {
		return "", domain.Errorf(domain.Validation, "password", "password must have at least 10 characters")
	}
	raw, err := h.spend(token, "reset")
	if err != nil {
		return "", err
	}
	id := identity.PersonID(raw)
	h.people[id].password, h.people[id].Verified = password, true
	return id, h.EndOthers(context.Background(), id, "")
}

func (h *house) ChangePassword(_ context.Context, id identity.PersonID, old, password string) error {
	if h.people[id].password != old {
		return domain.Errorf(domain.Validation, "old", "old: that is not your password")
	}
	h.people[id].password = password
	return nil
}

func (h *house) BeginTwoFactor(_ context.Context, id identity.PersonID, password string) (string, string, error) {
	if h.people[id].password != password {
		return "", "", domain.Errorf(domain.Validation, "password", "password: that is not your password")
	}
	h.people[id].secret = "JBSWY3DPEHPK3PXP"
	return "JBSWY3DPEHPK3PXP", "otpauth://totp/Linklog:ann@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Linklog", nil
}

func (h *house) ConfirmTwoFactor(_ context.Context, id identity.PersonID, code string) ([]string, error) {
	if code != "123456" {
		return nil, domain.Errorf(domain.Validation, "code", "code: that code doesn't fit")
	}
	h.people[id].TwoFactor = true
	return []string{"aaaa-bbbb", "cccc-dddd", "eeee-ffff", "gggg-hhhh"}, nil
}

func (h *house) EndTwoFactor(_ context.Context, id identity.PersonID, password string) error {
	if h.people[id].password != password {
		return domain.Errorf(domain.Validation, "password", "password: that is not your password")
	}
	h.people[id].TwoFactor = false
	return nil
}

func (h *house) Members(_ context.Context, account domain.AccountID) (all []identity.Member, err error) {
	for id, role := range h.accounts[account].members {
		all = append(all, identity.Member{Person: h.people[id].Person, Role: role, Since: h.now()})
	}
	slices.SortFunc(all, func(a, b identity.Member) int { return strings.Compare(string(a.Person.ID), string(b.Person.ID)) })
	return all, nil
}

func (h *house) lastOwner(account domain.AccountID, id identity.PersonID) bool {
	for other, role := range h.accounts[account].members {
		if other != id && role == identity.Owner {
			return false
		}
	}
	return true
}

func (h *house) SetRole(_ context.Context, account domain.AccountID, id identity.PersonID, role identity.Role) error {
	if role != identity.Owner && h.lastOwner(account, id) {
		return domain.Errorf(domain.Validation, "role", "role: an account needs an owner")
	}
	h.accounts[account].members[id] = role
	return nil
}

func (h *house) RemoveMember(_ context.Context, account domain.AccountID, id identity.PersonID) error {
	if h.lastOwner(account, id) {
		return domain.Errorf(domain.Validation, "role", "role: an account needs an owner")
	}
	delete(h.accounts[account].members, id)
	return nil
}

func (h *house) Invite(_ context.Context, account domain.AccountID, by identity.PersonID, email string, role identity.Role) (mailed, handed string, err error) {
	if !strings.Contains(email, "@") {
		return "", "", domain.Errorf(domain.Validation, "email", "email must be an address, as in ann@example.com")
	}
	token := rand.Text()
	h.invites[token] = identity.Invitation{
		ID: "inv_" + strings.ToLower(token[:8]), Account: account, Email: email, Role: role, By: by, Created: h.now(), Expires: h.now().Add(24 * time.Hour),
	}
	return token, "handed-" + token, nil
}

func (h *house) Invitations(_ context.Context, account domain.AccountID) (all []identity.Invitation, err error) {
	for _, i := range h.invites {
		if i.Account == account {
			all = append(all, i)
		}
	}
	return all, nil
}

func (h *house) WithdrawInvitation(_ context.Context, account domain.AccountID, id string) error {
	for token, i := range h.invites {
		if i.Account == account && i.ID == id {
			delete(h.invites, token)
		}
	}
	return nil
}

func (h *house) Invitation(_ context.Context, token string) (identity.Invitation, string, error) {
	i, ok := h.invites[strings.TrimPrefix(token, "handed-")]
	if !ok {
		return i, "", domain.Errorf(domain.NotFound, "", "no such invitation")
	}
	return i, h.accounts[i.Account].name, nil
}

func (h *house) Accept(_ context.Context, token string, id identity.PersonID) (domain.AccountID, error) {
	token = strings.TrimPrefix(token, "handed-")
	i, ok := h.invites[token]
	if !ok {
		return "", domain.Errorf(domain.NotFound, "", "no such invitation")
	}
	h.accounts[i.Account].members[id] = i.Role
	delete(h.invites, token)
	return i.Account, nil
}

func (h *house) RenameAccount(_ context.Context, account domain.AccountID, name string) error {
	if name == "" {
		return domain.Errorf(domain.Validation, "name", "name is required")
	}
	h.accounts[account].name = name
	return nil
}

func (h *house) List(_ context.Context, account domain.AccountID) (all []identity.Key, err error) {
	for _, k := range h.keys {
		if k.Account == account {
			all = append(all, k)
		}
	}
	return all, h.down
}

func (h *house) New(_ context.Context, account domain.AccountID, k identity.NewKey) (string, identity.Key, error) {
	if k.Name == "" {
		return "", identity.Key{}, domain.Errorf(domain.Validation, "name", "name is required")
	}
	token := "pk_" + strings.ToLower(rand.Text())
	key := identity.Key{
		ID: domain.KeyID("key_" + token[3:9]), Account: account, Name: k.Name, Prefix: token[:8], Scopes: k.Scopes, Created: h.now(), Expires: k.Expires,
	}
	h.keys = append(h.keys, key)
	return token, key, nil
}

func (h *house) Rotate(ctx context.Context, account domain.AccountID, id domain.KeyID, overlap time.Duration) (string, identity.Key, error) {
	for i, k := range h.keys {
		if k.Account == account && k.ID == id {
			h.keys[i].Expires = h.now().Add(overlap)
			return h.New(ctx, account, identity.NewKey{Name: k.Name, Scopes: k.Scopes})
		}
	}
	return "", identity.Key{}, domain.Errorf(domain.NotFound, "", "no such key")
}

func (h *house) Revoke(_ context.Context, account domain.AccountID, id domain.KeyID) error {
	for i, k := range h.keys {
		if k.Account == account && k.ID == id {
			h.keys[i].Revoked = h.now()
		}
	}
	return nil
}
