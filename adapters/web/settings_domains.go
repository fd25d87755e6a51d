package web

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// proofTime is how long the DNS may take.
const proofTime = 5 * time.Second

// domainsView is what the list of domains shows.
type domainsView struct {
	Ours    domain.Host // the installation's own
	Domains []domain.Domain
	May     bool // add and change them
	Limit   int  // 0: any number
	New     Form
}

// domainView is what the page of a domain shows.
type domainView struct {
	Domain domain.Domain // of version 0 if it isn't registered yet
	Proof  domain.Proof
	Links  int
	May    bool
	Verify Form
	Form   Form
	Plain  Form
	Other  string // what is wrong with giving it up
}

var (
	caseChoices = []Choice{{Value: "keep", Label: "Yes: Sale and sale are two links"}, {Value: "ignore", Label: "No: Sale and sale are one link"}}

	statusChoices = []Choice{
		{Value: "", Label: "302, found (counts every click)"}, {Value: "301", Label: "301, moved for good"}, {Value: "303", Label: "303, see other"},
		{Value: "307", Label: "307, temporary"}, {Value: "308", Label: "308, permanent"},
	}
)

func (s *Server) showDomains(c echo.Context, refused error, f Form) error {
	all, err := s.Links.DomainsOf(c.Request().Context(), account(c))
	if err != nil {
		return err
	}
	v := domainsView{Ours: s.host, Domains: all, May: may(c, domain.ScopeDomains), Limit: s.planOf(session(c).Current).Domains, New: f}
	return s.settings(c, refused, settingsView{
		Title: "Domains", Intro: "Where this account's links live.", Path: "/settings/domains", Body: domainsPage(v),
	})
}

// getDomains is GET /settings/domains.
func (s *Server) getDomains(c echo.Context) error { return s.showDomains(c, nil, s.form(c)) }

// postDomain is POST /settings/domains. It only looks whether the domain could be the account's, and
// shows how to prove it: what is only claimed must not stand in anybody's way.
func (s *Server) postDomain(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	host, err := parseDomain(f.Get("host"))
	if err == nil {
		_, err = s.claimable(c, host)
	}
	if err != nil {
		return s.showDomains(c, err, f.refused(err))
	}
	return s.redirect(c, domainPath(host))
}

// parseDomain is a host that people type, perhaps with what stands around it in an address.
func parseDomain(text string) (domain.Host, error) {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		text = u.Host
	}
	host, err := domain.ParseHost(text)
	if err != nil {
		return "", domain.Errorf(domain.Validation, "host", "This is no name of a domain. It should look like go.example.com.")
	}
	return host, nil
}

func domainPath(host domain.Host) string { return "/settings/domains/" + url.PathEscape(string(host)) }

func (s *Server) claimable(c echo.Context, host domain.Host) (domain.Domain, error) {
	all, err := s.Links.Domains(c.Request().Context())
	if err != nil {
		return domain.Domain{}, err
	}
	return domain.Claimable(all, account(c), host)
}

// domainOf is the domain that the path names.
func (s *Server) domainOf(c echo.Context) (domain.Domain, error) {
	raw, err := url.PathUnescape(c.Param("host"))
	if err != nil {
		return domain.Domain{}, domain.Errorf(domain.NotFound, "", "There is no such domain.")
	}
	host, err := domain.ParseHost(raw)
	if err != nil {
		return domain.Domain{}, domain.Errorf(domain.NotFound, "", "There is no such domain.")
	}
	d, err := s.claimable(c, host)
	if err != nil && domain.CodeOf(err) != domain.Internal {
		err = domain.Errorf(domain.NotFound, "", "%s", sentence(&domain.Error{Message: message(err), Field: fieldOf(err)}))
	}
	return d, err
}

func (s *Server) showDomain(c echo.Context, refused error, change func(*domainView)) error {
	d, err := s.domainOf(c)
	if err != nil {
		return err
	}
	v := domainView{
		Domain: d, Proof: domain.NewProof(s.DomainSecret, account(c), d.Host), May: may(c, domain.ScopeDomains),
		Verify: s.form(c), Form: settingsForm(s.form(c), d), Plain: s.form(c),
	}
	if d.Version != 0 {
		numbers, err := s.Links.Numbers(c.Request().Context(), account(c), d.Host)
		if err != nil {
			return err
		}
		v.Links = len(numbers)
	}
	change(&v)
	return s.settings(c, refused, settingsView{Title: string(d.Host), Path: "/settings/domains", Body: domainPage(v)})
}

// settingsForm is the form of a domain's settings as they are, at their version.
func settingsForm(f Form, d domain.Domain) Form {
	status := ""
	if d.Settings.RedirectStatus != 0 {
		status = strconv.Itoa(int(d.Settings.RedirectStatus))
	}
	f.Values = url.Values{
		"version": {strconv.FormatUint(d.Version, 10)}, "redirect_status": {status},
		"root_url": {string(d.Settings.Root)}, "not_found_url": {string(d.Settings.NotFound)}, "favicon_url": {string(d.Settings.Favicon)},
		"robots_txt": {d.Settings.Robots}, "apple_app_site_association": {d.Settings.AppleAssociation}, "assetlinks": {d.Settings.AssetLinks},
	}
	return f
}

// settingsIn are those that were typed.
func settingsIn(f Form) (domain.DomainSettings, error) {
	to := domain.DomainSettings{
		Root: domain.Destination(f.Get("root_url")), NotFound: domain.Destination(f.Get("not_found_url")), Favicon: domain.Destination(f.Get("favicon_url")),
		Robots: f.Raw("robots_txt"), AppleAssociation: f.Get("apple_app_site_association"), AssetLinks: f.Get("assetlinks"),
	}
	if raw := f.Get("redirect_status"); raw != "" {
		status, err := strconv.ParseUint(raw, 10, 16)
		if err != nil {
			return to, domain.Errorf(domain.Validation, "redirect_status", "Choose one of the list.")
		}
		to.RedirectStatus = uint16(status)
	}
	return to.Normalise()
}

// getDomain is GET /settings/domains/:host.
func (s *Server) getDomain(c echo.Context) error { return s.showDomain(c, nil, func(*domainView) {}) }

// postVerifyDomain is POST /settings/domains/:host/verify: makes the domain the account's, once the
// DNS says that it is.
func (s *Server) postVerifyDomain(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	d, err := s.domainOf(c)
	if err == nil {
		err = s.verify(c, f, d)
	}
	if err != nil {
		return s.showDomain(c, err, func(v *domainView) { v.Verify = f.refused(err) })
	}
	return s.done(c, domainPath(d.Host), string(d.Host)+" is yours. Links can live there now.")
}

func (s *Server) verify(c echo.Context, f Form, d domain.Domain) error {
	cases, err := domain.ParseCasePolicy(f.Get("case"))
	if err != nil {
		return err
	}
	if err := s.roomFor(c, d); err != nil {
		return err
	}
	if !d.Verified {
		if err := s.proven(c, d.Host); err != nil {
			return err
		}
	}
	if _, err := s.do(c, s.command(c, f, d.Host, domain.RegisterDomain{Cases: cases})); err != nil {
		return err
	}
	_, err = s.do(c, s.command(c, f, d.Host, domain.VerifyDomain{}, "verify"))
	return err
}

// roomFor holds the plan's number of domains, give or take what is asked for at once.
func (s *Server) roomFor(c echo.Context, d domain.Domain) error {
	limit := s.planOf(session(c).Current).Domains
	if limit == 0 || d.Version != 0 {
		return nil
	}
	all, err := s.Links.DomainsOf(c.Request().Context(), account(c))
	if err == nil && len(all) >= limit {
		err = domain.Errorf(domain.LimitReached, "", "The plan allows %d domains.", limit)
	}
	return err
}

// proven looks whether the record is there.
func (s *Server) proven(c echo.Context, host domain.Host) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), proofTime)
	defer cancel()
	p := domain.NewProof(s.DomainSecret, account(c), host)
	records, err := s.LookupTXT(ctx, p.Name)
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		records, err = nil, nil
	}
	if err != nil {
		s.log.WarnContext(ctx, "the DNS doesn't answer", "name", p.Name, "error", err)
		return domain.Errorf(domain.Unavailable, "", "The DNS doesn't answer. Try again in a moment.")
	}
	return p.Check(records)
}

// postDomainSettings is POST /settings/domains/:host. The settings hold for the version that was
// shown: what somebody else changed meanwhile is not overwritten unseen.
func (s *Server) postDomainSettings(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	d, err := s.domainOf(c)
	if err != nil {
		return err
	}
	version, err := strconv.ParseUint(f.Get("version"), 10, 64)
	if err != nil {
		return domain.Errorf(domain.Validation, "", "The form can't be read.")
	}
	to, err := settingsIn(f)
	if err == nil {
		command := s.command(c, f, d.Host, domain.ChangeDomain{To: to})
		command.IfVersion = version
		_, err = s.do(c, command)
	}
	if err != nil {
		return s.showDomain(c, err, func(v *domainView) {
			v.Form = f.refused(err)
			if domain.CodeOf(err) == domain.VersionConflict { // seen now, so the next sending is on purpose
				v.Form = v.Form.With("version", strconv.FormatUint(v.Domain.Version, 10))
			}
		})
	}
	return s.done(c, domainPath(d.Host), "The settings are saved.")
}

// postReleaseDomain is POST /settings/domains/:host/release.
func (s *Server) postReleaseDomain(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	d, err := s.domainOf(c)
	if err != nil {
		return err
	}
	if _, err := s.do(c, s.command(c, f, d.Host, domain.ReleaseDomain{})); err != nil {
		return s.showDomain(c, err, func(v *domainView) {
			v.Plain = f.refused(err)
			v.Other = v.Plain.anything()
		})
	}
	return s.done(c, "/settings/domains", string(d.Host)+" is no domain of this account any more.")
}
