package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// domainAnswer is a short domain as its account sees it.
type domainAnswer struct {
	Host     domain.Host     `json:"host"`
	Case     string          `json:"case"`
	Verified bool            `json:"verified"`
	Version  uint64          `json:"version"` // 0: not registered yet
	Proof    proofAnswer     `json:"verification"`
	Settings *settingsAnswer `json:"settings"` // null until the domain is registered
}

// proofAnswer is the DNS record that proves whose a domain is.
type proofAnswer struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// listDomains is GET /v1/domains: those of the account.
func (s *Server) listDomains(c echo.Context) error {
	all, err := s.links.DomainsOf(c.Request().Context(), caller(c).Account)
	if err != nil {
		return err
	}
	shown := make([]domainAnswer, len(all))
	for i, d := range all {
		shown[i] = s.shownDomain(c, d)
	}
	return answer(c, http.StatusOK, struct {
		Success bool           `json:"success"`
		Domains []domainAnswer `json:"domains"`
	}{true, shown})
}

// addDomain is POST /v1/domains. It tells how to prove that a domain is the account's, and does
// nothing else: whatever is only claimed must not stand in anybody's way.
func (s *Server) addDomain(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	host, err := f.host("host")
	if err != nil {
		return err
	}
	if host == nil {
		return domain.Errorf(domain.Validation, "host", "host is required")
	}
	cases, err := f.cases(domain.KeepCase)
	if err != nil {
		return err
	}
	known, err := s.claimable(c, *host)
	if err != nil {
		return err
	}
	if known.Version != 0 {
		return s.showDomain(c, http.StatusOK, known)
	}
	return s.showDomain(c, http.StatusAccepted, domain.Domain{Host: *host, Account: caller(c).Account, Cases: cases})
}

// cases is the case policy that a body asks for.
func (f Fields) cases(otherwise domain.CasePolicy) (domain.CasePolicy, error) {
	if !f.Has("case") {
		return otherwise, nil
	}
	raw, err := f.Text("case")
	if err != nil {
		return 0, err
	}
	return domain.ParseCasePolicy(raw)
}

// claimable is the caller's domain of that name, not registered yet if its version is 0, or says
// why it can't be theirs.
func (s *Server) claimable(c echo.Context, host domain.Host) (domain.Domain, error) {
	all, err := s.links.Domains(c.Request().Context())
	if err != nil {
		return domain.Domain{}, err
	}
	return domain.Claimable(all, caller(c).Account, host)
}

// getDomain is GET /v1/domains/:host.
func (s *Server) getDomain(c echo.Context) error {
	d, err := s.ownDomain(c)
	if err != nil {
		return err
	}
	return s.showDomain(c, http.StatusOK, d)
}

// ownDomain is the caller's domain of the path.
func (s *Server) ownDomain(c echo.Context) (domain.Domain, error) {
	host, err := domain.ParseHost(pathValue(c, "host"))
	if err != nil {
		return domain.Domain{}, noSuchDomain(c)
	}
	d, err := s.links.Domain(c.Request().Context(), host)
	if domain.CodeOf(err) == domain.NotFound || err == nil && d.Account != caller(c).Account {
		return domain.Domain{}, noSuchDomain(c)
	}
	return d, err
}

func noSuchDomain(c echo.Context) error {
	return domain.Errorf(domain.NotFound, "", "the account has no domain %q", pathValue(c, "host"))
}

// verifyDomain is POST /v1/domains/:host/verify: registers a domain for the account once the
// record is there. Said again it changes the case policy, as long as there are no links.
func (s *Server) verifyDomain(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	host, err := parseHost("host", pathValue(c, "host"))
	if err != nil {
		return err
	}
	known, err := s.claimable(c, host)
	if err != nil {
		return err
	}
	cases, err := f.cases(known.Cases)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if known.Version == 0 {
		if err := s.roomForDomain(ctx, caller(c)); err != nil {
			return err
		}
	}
	if !known.Verified {
		if err := s.proven(ctx, caller(c).Account, host); err != nil {
			return err
		}
	}
	if err := s.register(c, host, cases); err != nil {
		return err
	}
	return s.showDomainAfter(c, host)
}

// register makes a host the caller's verified short domain: two commands under one idempotency key.
func (s *Server) register(c echo.Context, host domain.Host, cases domain.CasePolicy) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	if _, err := s.do(c, key, s.command(c, key, host, domain.RegisterDomain{Cases: cases})); err != nil {
		return err
	}
	_, err = s.do(c, key, s.command(c, key+"\x00verify", host, domain.VerifyDomain{}))
	return err
}

// roomForDomain holds the plan's number of domains, give or take what is asked for at once.
func (s *Server) roomForDomain(ctx context.Context, who domain.Caller) error {
	limit := s.planOf(who).Domains
	if limit == 0 {
		return nil
	}
	all, err := s.links.DomainsOf(ctx, who.Account)
	if err == nil && len(all) >= limit {
		err = domain.Errorf(domain.LimitReached, "", "the plan allows %d domains", limit)
	}
	return err
}

// settingsTries is how often settings are read again because somebody else changed them meanwhile.
const settingsTries = 5

// changeDomain is PATCH /v1/domains/:host. The command has all settings, so it holds for the
// version that they were read of: what somebody else changes meanwhile stays.
func (s *Server) changeDomain(c echo.Context) error {
	f, err := ReadFields(c)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		d, err := s.ownDomain(c)
		if err != nil {
			return err
		}
		version, err := ifMatch(c, d.Version)
		if err != nil {
			return err
		}
		to, err := f.settings(d.Settings)
		if err != nil {
			return err
		}
		err = s.changeSettings(c, d, version, to)
		switch {
		case err == nil:
			return s.showDomainAfter(c, d.Host)
		case version != 0, try == settingsTries, domain.CodeOf(err) != domain.VersionConflict:
			return err
		}
	}
}

// changeSettings has settings changed at a version, or at the one they were read of if that is 0.
// A command for another version is another one, also when its request is repeated: it sets the
// same again, which changes nothing.
func (s *Server) changeSettings(c echo.Context, d domain.Domain, version uint64, to domain.DomainSettings) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	own := key
	if version == 0 {
		version = d.Version
		own += "\x00" + strconv.FormatUint(version, 10)
	}
	command := s.command(c, own, d.Host, domain.ChangeDomain{To: to})
	command.IfVersion = version
	_, err = s.do(c, key, command)
	return err
}

// releaseDomain is DELETE /v1/domains/:host. With an idempotency key, a domain that isn't the
// caller's may be the doing of this very request's first attempt: then the decider is asked.
func (s *Server) releaseDomain(c echo.Context) error {
	d, err := s.ownDomain(c)
	if domain.CodeOf(err) == domain.NotFound && mayRepeat(c) {
		if d.Host, err = domain.ParseHost(pathValue(c, "host")); err != nil {
			return noSuchDomain(c)
		}
	}
	if err != nil {
		return err
	}
	version, err := ifMatch(c, d.Version)
	if err != nil {
		return err
	}
	if _, _, err := s.change(c, d.Host, version, domain.ReleaseDomain{}); err != nil {
		return err
	}
	s.known.forget(d.Host)
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) showDomainAfter(c echo.Context, host domain.Host) error {
	d, err := s.links.Domain(c.Request().Context(), host)
	if err != nil {
		return s.doneButUnread(c, err)
	}
	return s.showDomain(c, http.StatusOK, d)
}

func (s *Server) showDomain(c echo.Context, code int, d domain.Domain) error {
	if d.Version != 0 {
		c.Response().Header().Set("ETag", etag(d.Version))
	}
	return answer(c, code, struct {
		Success bool         `json:"success"`
		Domain  domainAnswer `json:"domain"`
	}{true, s.shownDomain(c, d)})
}

func (s *Server) shownDomain(c echo.Context, d domain.Domain) domainAnswer {
	a := domainAnswer{
		Host: d.Host, Case: d.Cases.String(), Verified: d.Verified, Version: d.Version,
		Proof: s.shownProof(c, d.Host),
	}
	if d.Version != 0 {
		settings := shownSettings(d.Settings)
		a.Settings = &settings
	}
	return a
}

// accountDomains is how many domains an account has.
func (s *Server) accountDomains(ctx context.Context, account domain.AccountID) (int, error) {
	all, err := s.links.DomainsOf(ctx, account)
	return len(slices.DeleteFunc(all, func(d domain.Domain) bool { return !d.Verified })), err
}
