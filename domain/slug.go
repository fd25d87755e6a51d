package domain

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// Slug is the back half of a short link as its owner wrote it.
type Slug string

// Limits of a custom slug, in characters.
const (
	MinSlug    = 3
	MaxSlug    = 50
	RandomSlug = 6 // length of a drawn one
)

// MaxForeignSlug is the longest slug of another shortener, in characters.
const MaxForeignSlug = 100

// alphabet of drawn slugs: nothing that two people read differently (0 O, 1 l I).
const alphabet = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"

// reserved words would shadow, now or later, a path of our own.
var reserved = []string{
	"about", "account", "accounts", "admin", "api", "app", "assets", "auth", "dash", "dashboard",
	"docs", "favicon", "health", "healthz", "help", "home", "index", "linkpack", "links", "linxly",
	"livez", "login", "logout", "metrics", "openapi", "preview", "qr", "readyz", "register",
	"robots", "settings", "signin", "signup", "smartlinks", "spotify", "static", "status",
	"support", "well-known", "www",
}

// reservedNames are not lent below the installation's domain either: mail and its like, and what
// a visitor would trust.
var reservedNames = []string{
	"abuse", "autoconfig", "autodiscover", "billing", "cdn", "dns", "email", "ftp", "hostmaster", "id", "imap", "invoice",
	"linklog", "localhost", "log-in", "mail", "mta-sts", "mx", "my", "myaccount", "ns", "oauth", "official", "openpgpkey",
	"password", "pay", "payment", "payments", "pop", "postmaster", "root", "secure", "security", "service", "sign-in", "sign-up",
	"smtp", "ssh", "sso", "verify", "vpn", "web", "webmail", "webmaster", "wpad",
}

// reservedName reports whether a label is not lent, with a number behind it either: ns1, www-2.
func reservedName(label string) bool {
	plain := strings.TrimRight(label, "-0123456789")
	return Reserved(label) || Reserved(plain) || slices.Contains(reservedNames, plain)
}

// ParseSlug checks a custom slug: 3 to 50 ASCII letters, digits and hyphens, no reserved word.
func ParseSlug(raw string) (Slug, error) {
	if len(raw) < MinSlug || len(raw) > MaxSlug {
		return "", Errorf(Validation, "slug", "slug must have %d to %d characters", MinSlug, MaxSlug)
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return !slugRune(r) }) {
		return "", Errorf(Validation, "slug", "slug may contain only letters, digits and hyphens")
	}
	if Reserved(raw) {
		return "", Errorf(Validation, "slug", "slug %q is a reserved word", raw)
	}
	return Slug(raw), nil
}

// ParseForeignSlug checks a slug that another shortener gave out, so that it may be printed
// somewhere: 1 to 100 ASCII letters, digits, hyphens and underscores, and not like the id of a
// link. Every slug that [ParseSlug] lets through is one. Reserved words are left to
// [Domain.Spares].
func ParseForeignSlug(raw string) (Slug, error) {
	if raw == "" || len(raw) > MaxForeignSlug {
		return "", Errorf(Validation, "slug", "slug must have 1 to %d characters", MaxForeignSlug)
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return r != '_' && !slugRune(r) }) {
		return "", Errorf(Validation, "slug", "slug may contain only letters, digits, hyphens and underscores")
	}
	if strings.HasPrefix(raw, linkPrefix) {
		return "", Errorf(Validation, "slug", "slug %q would be taken for the id of a link", raw)
	}
	return Slug(raw), nil
}

// Spares refuses foreign slugs that visitors would take for a page of the installation: on its own
// domain everybody makes links. Whoever has a domain decides about its words.
func (d Domain) Spares(s Slug) error {
	if d.Account == SystemAccount && Reserved(string(s)) {
		return Errorf(Validation, "slug", "slug %q is a reserved word", s)
	}
	return nil
}

func slugRune(r rune) bool {
	return r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// DrawSlug makes a random slug for a domain; random(n) is a uniform number below n.
func DrawSlug(cases CasePolicy, random func(n int) int) Slug {
	letters := alphabet
	if cases == IgnoreCase {
		letters = alphabet[:strings.IndexByte(alphabet, 'A')]
	}
	for {
		var b [RandomSlug]byte
		for i := range b {
			b[i] = letters[random(len(letters))]
		}
		if !Reserved(string(b[:])) {
			return Slug(b[:])
		}
	}
}

// Reserved reports whether a word can be no slug, in any spelling, because it is or may become a
// path of our own.
func Reserved(word string) bool { return slices.Contains(reserved, strings.ToLower(word)) }

// CasePolicy says whether two spellings of a slug are one slug. It belongs to the domain and
// is fixed with it.
type CasePolicy uint8

// The policies.
const (
	KeepCase   CasePolicy = iota // "Sale" and "sale" are two slugs
	IgnoreCase                   // they are one
)

// String is the policy's name in settings and answers.
func (p CasePolicy) String() string {
	if p == IgnoreCase {
		return "ignore"
	}
	return "keep"
}

// ParseCasePolicy reads what String writes.
func ParseCasePolicy(s string) (CasePolicy, error) {
	switch s {
	case "keep":
		return KeepCase, nil
	case "ignore":
		return IgnoreCase, nil
	}
	return 0, Errorf(Validation, "case", "case policy must be keep or ignore, not %q", s)
}

// SlugKey is what uniqueness means: one key, one link. Text is the slug folded by the
// domain's case policy.
type SlugKey struct {
	Host Host
	Text string
}

// String is for logs and maps of text: host/slug.
func (k SlugKey) String() string { return fmt.Sprintf("%s/%s", k.Host, k.Text) }

// Key folds a slug of host h.
func (p CasePolicy) Key(h Host, s Slug) SlugKey {
	if p == IgnoreCase {
		return SlugKey{h, strings.ToLower(string(s))}
	}
	return SlugKey{h, string(s)}
}

// SlugDigest stands for a slug key where the slug itself must not be read: beside a sealed
// event, so that the slug of an unreadable one still counts as taken.
type SlugDigest [16]byte

// Digest is the key's digest.
func (k SlugKey) Digest() SlugDigest {
	sum := sha256.Sum256([]byte(k.String()))
	return SlugDigest(sum[:16])
}
