package domain

import "strings"

// Domain is a registered short domain. Of one that was released, without a host, only the case
// policy, whether it was used, and the version mean anything.
type Domain struct {
	Host     Host
	Account  AccountID
	Cases    CasePolicy
	Verified bool   // the account was seen to control it; always so for [SystemAccount]
	Used     bool   // a link was made on it, so Cases is fixed
	Version  uint64 // 1 at registration, one more with every change
	Settings DomainSettings
}

// DomainSettings are a domain's defaults and what it answers besides links.
type DomainSettings struct {
	RedirectStatus   uint16      // of links that don't choose; 0: 302
	Root             Destination // where visitors without a slug go; empty: a page of ours
	NotFound         Destination // where visitors of unknown slugs go; empty: 404
	Robots           string      // robots.txt; empty: ours
	Favicon          Destination // empty: none
	AppleAssociation string      // apple-app-site-association, JSON; empty: none
	AssetLinks       string      // assetlinks.json, JSON; empty: none
}

// Bounds reports whether hosts on and below the domain are decided on in its place of the log, for
// whoever has it: it is somebody's, or slugs of it may rest in quarantine there.
func (d Domain) Bounds() bool { return d.Host != "" || d.Used }

// Open reports whether account may make links on the domain: its owner's, and on the
// installation's own everybody.
func (d Domain) Open(account AccountID) bool {
	return d.Account == SystemAccount || d.Account == account && d.Verified
}

// Holds reports whether h is the domain or one of its subdomains.
func (d Domain) Holds(h Host) bool {
	return h == d.Host || strings.HasSuffix(string(h), "."+string(d.Host))
}

// Lends reports whether links may be on h, which the domain [Domain.Holds]. Below the installation's
// own domain, where everybody makes links, only names are lent that nobody takes for a part of the
// installation, and that say nothing to mail servers and certificate authorities.
func (d Domain) Lends(h Host) bool {
	label, below := strings.CutSuffix(string(h), "."+string(d.Host))
	if !below || d.Account != SystemAccount {
		return true
	}
	punycode := strings.HasPrefix(label, "xn--")
	return !punycode && !strings.ContainsAny(label, "._") && strings.Trim(label, "-") == label && !reservedName(label)
}

// above is the host without its first label; empty if it has but one.
func (h Host) above() Host {
	_, rest, _ := strings.Cut(string(h), ".")
	return Host(rest)
}

// parents are the domains that h is part of, the nearest first, without the last label alone.
func (h Host) parents() []Host {
	var all []Host
	for h = h.above(); strings.Contains(string(h), "."); h = h.above() {
		all = append(all, h)
	}
	return all
}
