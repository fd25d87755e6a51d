package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

type domainCmd struct {
	Show domainShowCmd `cmd:"" help:"Show the settings of the installation's own domain."`
	Set  domainSetCmd  `cmd:"" help:"Change them."`
}

// domainInfo is a short domain with its settings, named as the API names them.
type domainInfo struct {
	Host             domain.Host        `json:"host"`
	Case             string             `json:"case"`
	Version          uint64             `json:"version"`
	RedirectStatus   uint16             `json:"redirect_status,omitempty"`
	Root             domain.Destination `json:"root_url,omitempty"`
	NotFound         domain.Destination `json:"not_found_url,omitempty"`
	Robots           string             `json:"robots_txt,omitempty"`
	Favicon          domain.Destination `json:"favicon_url,omitempty"`
	AppleAssociation json.RawMessage    `json:"apple_app_site_association,omitempty"`
	AssetLinks       json.RawMessage    `json:"assetlinks,omitempty"`
}

func showDomain(t *terminal, d domain.Domain) error {
	w := json.NewEncoder(t.out)
	w.SetIndent("", "  ")
	w.SetEscapeHTML(false)
	s := d.Settings
	return w.Encode(domainInfo{
		d.Host, d.Cases.String(), d.Version, s.RedirectStatus, s.Root, s.NotFound, s.Robots, s.Favicon,
		json.RawMessage(s.AppleAssociation), json.RawMessage(s.AssetLinks),
	})
}

type domainShowCmd struct {
	Host domain.Host `arg:"" optional:"" help:"Which, if there are several."`
	databaseSettings
}

// Run prints a domain.
func (c *domainShowCmd) Run(ctx context.Context, t *terminal) error {
	pool, err := c.open(ctx, "domain")
	if err != nil {
		return err
	}
	defer pool.Close()
	d, err := systemDomain(ctx, links.NewReader(pool, nil), c.Host)
	if err != nil {
		return err
	}
	return showDomain(t, d)
}

// systemDomain is the installation's domain of that name, or its only one.
func systemDomain(ctx context.Context, model *links.Reader, host domain.Host) (domain.Domain, error) {
	own, err := model.DomainsOf(ctx, domain.SystemAccount)
	if err != nil {
		return domain.Domain{}, err
	}
	for _, d := range own {
		if d.Host == host || host == "" && len(own) == 1 {
			return d, nil
		}
	}
	return domain.Domain{}, fmt.Errorf("the installation has %d short domains of its own: name one of them", len(own))
}

type domainSetCmd struct {
	Host           domain.Host `arg:"" optional:"" help:"Which, if there are several."`
	RedirectStatus *uint16     `help:"Of links that don't choose: 301, 302, 303, 307 or 308; 0 for 302." placeholder:"STATUS"`
	RootURL        *string     `help:"Where visitors without a slug go." placeholder:"URL"`
	NotFoundURL    *string     `help:"Where visitors of unknown slugs go." placeholder:"URL"`
	FaviconURL     *string     `help:"The site's icon." placeholder:"URL"`
	RobotsTXT      *string     `name:"robots-txt" help:"robots.txt." placeholder:"FILE"`
	Apple          *string     `name:"apple-app-site-association" help:"apple-app-site-association, JSON." placeholder:"FILE"`
	AssetLinks     *string     `name:"assetlinks" help:"assetlinks.json." placeholder:"FILE"`
	kafkaSettings
	databaseSettings
}

// Help says what isn't in the flags.
func (*domainSetCmd) Help() string {
	return `What isn't named stays; an empty value takes a setting away. Domains of accounts are changed through the API.

  linklog domain set --root-url https://www.example.com --robots-txt robots.txt
  linklog domain set --not-found-url ""`
}

// Run changes a domain and prints it.
func (c *domainSetCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	return asOperator(ctx, "domain", log, c.kafkaSettings, c.databaseSettings, func(ctx context.Context, p *parts) error {
		model := links.NewReader(p.pool, p.watch)
		d, err := systemDomain(ctx, model, c.Host)
		if err != nil {
			return err
		}
		to, err := c.settings(d.Settings)
		if err != nil {
			return err
		}
		if err := p.operate(ctx, model, domain.Command{Domain: d.Host, IfVersion: d.Version, Body: domain.ChangeDomain{To: to}}); err != nil {
			return err
		}
		if d, err = model.Domain(ctx, d.Host); err != nil {
			return err
		}
		return showDomain(t, d)
	})
}

// settings are a domain's with what the flags say.
func (c *domainSetCmd) settings(to domain.DomainSettings) (domain.DomainSettings, error) {
	if c.RedirectStatus != nil {
		to.RedirectStatus = *c.RedirectStatus
	}
	for at, given := range map[*domain.Destination]*string{&to.Root: c.RootURL, &to.NotFound: c.NotFoundURL, &to.Favicon: c.FaviconURL} {
		if given != nil {
			*at = domain.Destination(*given)
		}
	}
	for at, given := range map[*string]*string{&to.Robots: c.RobotsTXT, &to.AppleAssociation: c.Apple, &to.AssetLinks: c.AssetLinks} {
		if given == nil {
			continue
		}
		if *at = ""; *given == "" {
			continue
		}
		text, err := os.ReadFile(*given)
		if err != nil {
			return to, err
		}
		*at = string(text)
	}
	return to.Normalise()
}
