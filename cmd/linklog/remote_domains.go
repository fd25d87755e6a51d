package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

type domainsCmd struct {
	List    domainsListCmd    `cmd:"" help:"List your short domains."`
	Add     domainsAddCmd     `cmd:"" help:"Ask how to prove that a domain is yours."`
	Verify  domainsVerifyCmd  `cmd:"" help:"Make a domain yours, once its DNS record is there."`
	Release domainsReleaseCmd `cmd:"" help:"Give a domain up that holds no more links."`
}

// remoteDomain is a short domain with all the API says of it.
type remoteDomain struct {
	Host     string `json:"host"`
	Case     string `json:"case"`
	Verified bool   `json:"verified"`
	Proof    struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"verification"`

	all json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *remoteDomain) UnmarshalJSON(text []byte) error {
	type plain remoteDomain
	if err := json.Unmarshal(text, (*plain)(d)); err != nil {
		return err
	}
	d.all = append(d.all[:0], text...)
	return nil
}

type domainsListCmd struct{ remoteSettings }

// Help shows an example.
func (*domainsListCmd) Help() string { return "linklog domains list" + remoteHelp }

// Run lists domains.
func (c *domainsListCmd) Run(ctx context.Context, t *terminal) error {
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	var found struct {
		Domains []remoteDomain `json:"domains"`
	}
	if err := r.get(ctx, "/domains", nil, &found); err != nil {
		return err
	}
	rows := make([][]cell, len(found.Domains))
	for i, d := range found.Domains {
		if c.JSON {
			if err := printLine(t.out, d.all); err != nil {
				return err
			}
		}
		state := "yours"
		if !d.Verified {
			state = "not verified"
		}
		rows[i] = []cell{{text: d.Host}, {text: d.Case}, {text: state}}
	}
	if c.JSON {
		return nil
	}
	return newTable(t.out, column{head: "DOMAIN"}, column{head: "CASE"}, column{head: "STATE"}).page(rows)
}

type domainsAddCmd struct {
	remoteSettings
	Host string `arg:"" help:"The domain, as go.example.com."`
	Case string `help:"Whether slugs differ by case: keep or ignore." enum:",keep,ignore" default:"" env:"-"`
}

// Help shows an example.
func (*domainsAddCmd) Help() string {
	return `Tells which DNS record shows that the domain is yours. Set it, and say the same with verify.

  linklog domains add go.example.com
  linklog domains verify go.example.com` + remoteHelp
}

// Run asks for a domain's record.
func (c *domainsAddCmd) Run(ctx context.Context, t *terminal) error {
	d, err := c.ask(ctx, t, "/domains", domainWish(c.Host, c.Case))
	if err != nil || c.JSON {
		return err
	}
	if d.Verified {
		return t.line(d.Host + " is yours")
	}
	if err := t.line("Set this DNS record, then say linklog domains verify " + d.Host + ":"); err != nil {
		return err
	}
	return t.line("  " + d.Proof.Name + "  " + d.Proof.Type + "  " + d.Proof.Value)
}

// domainWish is the body of a request; without a case policy that stays as it is.
func domainWish(host, cases string) map[string]string {
	wish := map[string]string{"host": host}
	if cases != "" {
		wish["case"] = cases
	}
	return wish
}

// ask has something done with a domain, which programs are shown.
func (s remoteSettings) ask(ctx context.Context, t *terminal, path string, body any) (d remoteDomain, err error) {
	r, err := s.connect(t)
	if err != nil {
		return d, err
	}
	var a struct {
		Domain remoteDomain `json:"domain"`
	}
	if err := r.ask(ctx, call{method: http.MethodPost, path: path, body: body, twice: true}, &a); err != nil {
		return d, err
	}
	if s.JSON {
		err = printLine(t.out, a.Domain.all)
	}
	return a.Domain, err
}

type domainsVerifyCmd struct {
	remoteSettings
	Host string `arg:"" help:"The domain."`
	Case string `help:"Whether slugs differ by case: keep or ignore. Fixed once the domain has a link." enum:",keep,ignore" default:"" env:"-"`
}

// Help shows an example.
func (*domainsVerifyCmd) Help() string { return "linklog domains verify go.example.com" + remoteHelp }

// Run makes a domain the account's.
func (c *domainsVerifyCmd) Run(ctx context.Context, t *terminal) error {
	d, err := c.ask(ctx, t, "/domains/"+url.PathEscape(c.Host)+"/verify", domainWish(c.Host, c.Case))
	if err != nil || c.JSON {
		return err
	}
	return t.line(d.Host + " is yours")
}

type domainsReleaseCmd struct {
	remoteSettings
	writeSettings
	Host string `arg:"" help:"The domain."`
}

// Help shows an example.
func (*domainsReleaseCmd) Help() string {
	return `Delete its links first. Whoever can prove that the domain is theirs may have it then.

  linklog links delete --domain go.example.com
  linklog domains release go.example.com` + remoteHelp
}

// Run gives a domain up.
func (c *domainsReleaseCmd) Run(ctx context.Context, t *terminal) error {
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	if _, err := r.do(ctx, call{method: http.MethodDelete, path: "/domains/" + url.PathEscape(c.Host), key: c.IdempotencyKey}); err != nil || c.JSON {
		return err
	}
	return t.line(c.Host + " is nobody's")
}
