package domain_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
)

// The words of scenarios: commands and events to and from text.

func (s *stage) command(l line) domain.Command {
	version, _ := strconv.ParseUint(l.options["if"], 10, 64)
	plan, _ := strconv.ParseUint(l.options["plan"], 10, 64)
	c := domain.Command{
		ID: domain.CommandID(l.or("id", fmt.Sprint("c", s.offset))), Account: domain.AccountID(l.or("by", "ann")),
		Domain: domain.Host(l.or("domain", "sho.rt")), Deadline: l.time("at").Add(10 * time.Second), IfVersion: version,
		Limits: domain.Limits{Links: plan, FixedURLs: l.yes("fixed")}, Body: s.body(l),
	}
	if _, ok := l.options["deadline"]; ok {
		c.Deadline = l.time("deadline")
	}
	switch c.Body.(type) {
	case domain.RegisterDomain, domain.VerifyDomain, domain.ChangeDomain, domain.ReleaseDomain:
		c.Domain = domain.Host(l.object)
	case domain.SetBlock:
		c.Account = domain.AccountID(l.or("by", string(domain.SystemAccount)))
	}
	content := maps.Clone(l.options)
	for _, circumstance := range []string{"id", "at", "deadline", "if"} {
		delete(content, circumstance)
	}
	sum := sha256.Sum256([]byte(fmt.Sprint(l.verb, l.object, content, l.items)))
	c.Fingerprint = domain.Fingerprint(sum[:16])
	return c
}

func (s *stage) body(l line) domain.CommandBody {
	switch l.verb {
	case "register":
		cases, _ := domain.ParseCasePolicy(l.or("case", "keep"))
		return domain.RegisterDomain{Cases: cases}
	case "verify":
		return domain.VerifyDomain{}
	case "settings":
		return domain.ChangeDomain{To: l.settings()}
	case "release":
		return domain.ReleaseDomain{}
	case "block", "unblock":
		return domain.SetBlock{Block: s.block(l.object), On: l.verb == "block", Reason: l.or("reason", "")}
	case "create":
		return l.create()
	case "update":
		return s.update(l)
	case "delete":
		return domain.DeleteLink{Link: s.links[l.object]}
	case "batch":
		b := domain.Batch{Atomic: l.yes("atomic")}
		for _, item := range l.items {
			b.Items = append(b.Items, s.body(item))
		}
		return b
	}
	s.Fatalf("what is %q?", l.verb)
	return nil
}

func (l line) create() domain.CreateLink {
	host, slug, _ := strings.Cut(l.object, "/")
	b := domain.CreateLink{
		Host: domain.Host(host), Slug: domain.Slug(slug), Foreign: l.yes("foreign"), Upsert: l.yes("upsert"),
		Destination: domain.Destination(l.or("to", "https://example.com/")), Expires: l.end(), Traits: l.patch().To,
	}
	if l.options["upsert"] == "named" {
		b.Set = l.patch().Set
		_, b.SetEnd = l.options["ends"]
	}
	return b
}

func (s *stage) update(l line) domain.UpdateLink {
	b := domain.UpdateLink{Link: s.links[l.object], Patch: l.patch(), Revert: l.yes("revert")}
	if v, ok := l.options["to"]; ok {
		b.Destination = new(domain.Destination(v))
	}
	if v, ok := l.options["host"]; ok {
		b.Host = new(domain.Host(v))
	}
	if v, ok := l.options["slug"]; ok {
		b.Slug = new(domain.Slug(v))
	}
	if _, ok := l.options["ends"]; ok {
		b.Expires = new(l.end())
	}
	return b
}

// end is the option ends: a time, never, or absent, which means never too.
func (l line) end() time.Time {
	if v := l.or("ends", "never"); v == "never" {
		return time.Time{}
	}
	return l.time("ends")
}

// event reads what happened before the scenario begins.
func (s *stage) event(l line) domain.Event {
	e := domain.Event{
		Command: "given", Account: domain.AccountID(l.or("by", "ann")), Domain: domain.Host(l.or("domain", "sho.rt")),
		Link: s.links[l.object], At: l.time("at"),
	}
	link := s.state.Links[e.Link]
	e.Version = link.Version + 1
	cases := s.state.Domains[e.Domain].Cases
	switch l.verb {
	case "registered":
		e.Domain, e.Link = domain.Host(l.object), 0
		e.Account = domain.AccountID(l.or("by", string(domain.SystemAccount))) // whose domains are open to all
		e.Version = 1
		policy, _ := domain.ParseCasePolicy(l.or("case", "keep"))
		e.Body = domain.DomainRegistered{Cases: policy}
	case "created":
		host, slug, _ := strings.Cut(l.object, "/")
		b := domain.LinkCreated{
			Host: domain.Host(host), Slug: domain.Slug(slug), Key: cases.Key(domain.Host(host), domain.Slug(slug)),
			Destination: domain.Destination(l.or("to", "https://example.com/")), Expires: l.end(), Counter: s.state.Counter + 1,
			Traits: l.patch().To,
		}
		e.Link, e.Version, e.Body = numbering.Number(b.Counter), 1, b
		s.name(e.Link)
	case "deleted":
		e.Body = domain.LinkDeleted{Key: cases.Key(link.Host, link.Slug), External: link.External}
	case "verified":
		e.Domain, e.Link, e.Body = domain.Host(l.object), 0, domain.DomainVerified{}
		e.Version = s.state.Domains[e.Domain].Version + 1
	case "released":
		e.Domain, e.Link, e.Body = domain.Host(l.object), 0, domain.DomainReleased{}
		e.Version = s.state.Domains[e.Domain].Version + 1
	case "blocked":
		e.Account, e.Link, e.Body = domain.SystemAccount, 0, domain.BlockChanged{Block: s.block(l.object), On: true}
	case "redacted":
		counter, _ := strconv.ParseUint(l.options["counter"], 10, 64)
		e.Body = domain.Redacted{Slugs: l.sealed(cases), Counter: counter}
	case "unreadable":
		e.Body = domain.Unreadable{Slugs: l.sealed(cases)}
	default:
		s.Fatalf("what is %q?", l.verb)
	}
	return e
}

// sealed is the digest of the slug that a line names, if it names one.
func (l line) sealed(cases domain.CasePolicy) []domain.SlugDigest {
	host, slug, ok := strings.Cut(l.options["slug"], "/")
	if !ok {
		return nil
	}
	return []domain.SlugDigest{cases.Key(domain.Host(host), domain.Slug(slug)).Digest()}
}

// name is the letter of a link; a link not met before gets the next one.
func (s *stage) name(n domain.LinkNumber) string {
	if n == 0 {
		return "-"
	}
	for name, number := range s.links {
		if number == n {
			return name
		}
	}
	name := string(rune('a' + len(s.links)))
	s.links[name] = n
	return name
}

// tell writes an event the way scenarios expect it.
func (s *stage) tell(e domain.Event) string {
	about := fmt.Sprintf("%s v%d", s.name(e.Link), e.Version)
	switch b := e.Body.(type) {
	case domain.DomainRegistered:
		return fmt.Sprintf("registered %s case=%s by=%s", e.Domain, b.Cases, e.Account)
	case domain.LinkCreated:
		return fmt.Sprintf("created %s %s/%s key=%s to=%s ends=%s", about, b.Host, b.Slug, b.Key.Text, b.Destination, ago(b.Expires)) + traitsOf(b.Traits)
	case domain.DomainVerified:
		return fmt.Sprintf("verified %s v%d", e.Domain, e.Version)
	case domain.DomainChanged:
		return fmt.Sprintf("settings %s v%d from=%s to=%s", e.Domain, e.Version, settingsOf(b.From), settingsOf(b.To))
	case domain.DomainReleased:
		return fmt.Sprintf("released %s v%d", e.Domain, e.Version)
	case domain.BlockChanged:
		return fmt.Sprintf("blocked=%t %s", b.On, s.blockOf(b.Block))
	case domain.LinkChanged:
		return "changed " + about + changesOf(b)
	case domain.BatchDecided:
		return "batch " + s.items(b.Items)
	case domain.DestinationChanged:
		return fmt.Sprintf("pointed %s from=%s to=%s", about, b.From, b.To)
	case domain.SlugChanged:
		return fmt.Sprintf("renamed %s from=%s to=%s", about, b.FromKey, b.ToKey)
	case domain.ExpiryChanged:
		return fmt.Sprintf("ends %s from=%s to=%s", about, ago(b.From), ago(b.To))
	case domain.LinkDeleted:
		return fmt.Sprintf("deleted %s %s", about, b.Key)
	case domain.NothingChanged:
		return "nothing " + about
	}
	return fmt.Sprintf("%T", e.Body)
}

// ago is a time counted from dawn.
func ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := t.Sub(dawn)
	if d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%+dd", d/(24*time.Hour))
	}
	return "+" + d.String()
}
