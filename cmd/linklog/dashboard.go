package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/mail"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/adapters/web"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// dashboardSettings say how people use this installation.
type dashboardSettings struct {
	DashboardURL string   `help:"Where people find the dashboard, as https://links.example.com: mails link to it. Left out: the address the API listens on." name:"dashboard-url" placeholder:"URL"`
	SignUp       string   `help:"Who may make themselves an account: open (everybody), invitation (who is invited to one) or closed (nobody). Left out: invitation, with dev open." enum:"open,invitation,closed," default:""`
	Operators    []string `help:"E-mail addresses of those who see the operator's page. With dev: the demo's." placeholder:"EMAIL"`
	Spools       []string `help:"Admin addresses of redirectors, whose spools the operator's page shows. With dev: its own." placeholder:"URL"`

	SMTPAddress  string `help:"Mail server, host:port. Left out: no mail is sent, and invitations show a link to pass on." name:"smtp-address" placeholder:"HOST:PORT"`
	SMTPUser     string `help:"Name at the mail server, if it wants one." name:"smtp-user"`
	SMTPPassword string `help:"Password there; better given as LINKLOG_SMTP_PASSWORD." name:"smtp-password"`
	SMTPFrom     string `help:"Whom mails are from, as 'Linklog <links@example.com>'." name:"smtp-from"`
	SMTPTLS      string `help:"How the connection is made private: starttls, tls or none." name:"smtp-tls" enum:"starttls,tls,none" default:"starttls"`

	OIDCIssuer       string `help:"OpenID Connect: who says who people are, as https://accounts.example.com." name:"oidc-issuer" placeholder:"URL"`
	OIDCClientID     string `help:"What this installation is called there. It has to allow <dashboard-url>/sign-in/foreign/callback." name:"oidc-client-id"`
	OIDCClientSecret string `help:"Its secret there; better given as LINKLOG_OIDC_CLIENT_SECRET." name:"oidc-client-secret"`
	OIDCName         string `help:"What the button says." name:"oidc-name" default:"Sign in with OpenID Connect"`

	box *mail.Box // of dev: keeps mails instead of sending them
}

// mailer sends mails, or is nil if nothing does.
func (s dashboardSettings) mailer() (web.Mailer, error) {
	if s.SMTPAddress != "" && s.DashboardURL == "" && s.box == nil {
		return nil, errors.New("mails link to the dashboard: say where people find it with --dashboard-url")
	}
	if s.SMTPAddress != "" {
		return mail.NewSMTP(mail.Settings{
			Address: s.SMTPAddress, User: s.SMTPUser, Password: s.SMTPPassword, From: s.SMTPFrom, TLS: mail.TLS(s.SMTPTLS),
		})
	}
	if s.box != nil {
		return s.box, nil
	}
	return nil, nil
}

// mails are those that dev has kept, newest first.
func (s dashboardSettings) mails() []web.Mail {
	var all []web.Mail
	for _, m := range s.box.List() {
		all = append(all, web.Mail(m))
	}
	return all
}

// develop fills in what is right for trying things out, with metrics at admin.
func (s *dashboardSettings) develop(admin string) {
	s.box = new(mail.Box)
	if s.SignUp == "" {
		s.SignUp = string(web.Open)
	}
	if len(s.Operators) == 0 {
		s.Operators = []string{demoEmail}
	}
	if len(s.Spools) == 0 {
		s.Spools = []string{admin}
	}
}

// dashboardOptions are what the settings say of the dashboard. The API listens on address.
func (p *parts) dashboardOptions(address string, api httpapi.Options) web.Options {
	s := p.site.dashboardSettings
	o := web.Options{
		URL: s.DashboardURL, PublicURL: p.site.PublicURL, SignUp: web.SignUp(s.SignUp), Dev: s.box != nil, Operators: s.Operators,
		Plans: map[domain.Plan]web.Plan{}, Deadline: commandTime, ClientIP: httpapi.ClientIP(p.site.TrustedProxies), Log: p.log,
		Foreign: web.Foreign{Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret, Name: s.OIDCName},
	}
	if o.URL == "" {
		o.URL = "http://" + address
	}
	for name, plan := range api.Plans {
		shown := web.Plan{Requests: plan.Requests, Domains: plan.Domains, Limits: plan.Limits}
		if plan.Requests == httpapi.Unlimited {
			shown.Requests = 0
		}
		o.Plans[name] = shown
	}
	return o
}

// newDashboard makes the pages that the API serves beside itself.
func (p *parts) newDashboard(ctx context.Context, o web.Options, b behind, domains domainProofs, hash hashing) (*web.Server, error) {
	people, err := newPeople(ctx, p.pool)
	if err != nil {
		return nil, err
	}
	if o.Secret, err = postgres.Secret(ctx, p.pool, "dashboard"); err != nil {
		return nil, err
	}
	mailer, err := p.site.mailer()
	if err != nil {
		return nil, fmt.Errorf("read the settings of mail: %w", err)
	}
	parts := web.Parts{
		Commands: b.bus, Links: b.model, Clicks: clicks.NewReader(p.pool), People: people, Members: postgres.NewMembers(people), Keys: postgres.NewKeys(p.pool),
		Mailer: mailer, DomainSecret: domains.secret, LookupTXT: domains.lookupTXT, HashPassword: hash, Erase: b.erasures.begin,
		Webhooks: postgres.NewWebhooks(p.pool), Operator: b.operator,
	}
	if o.Dev {
		parts.Mails = p.site.mails
	}
	return web.New(o, parts)
}

// hashing makes what redirects know of a link's password.
type hashing = func(ctx context.Context, password string, salt [16]byte) (string, error)
