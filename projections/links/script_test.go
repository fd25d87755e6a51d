package links_test

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// script is the log of a scenario in the making.
type script struct {
	testing.TB
	log      []domain.Event
	versions map[domain.LinkNumber]uint64
	digests  []string // hex, slug, hex, slug, …
	cases    domain.CasePolicy
	traits   map[domain.LinkNumber]domain.Traits
	domain   uint64 // its version
}

// line is a verb, what it is about, and options as in by=ann.
type line struct {
	verb    string
	words   []string
	options map[string]string
}

func parse(text string) line {
	words := strings.Fields(text)
	l := line{verb: words[0], options: map[string]string{}}
	for _, w := range words[1:] {
		if k, v, ok := strings.Cut(w, "="); ok {
			l.options[k] = v
		} else {
			l.words = append(l.words, w)
		}
	}
	return l
}

func (l line) or(option, otherwise string) string {
	if v, ok := l.options[option]; ok {
		return v
	}
	return otherwise
}

// time is an option like +30d or +2h after dawn.
func (l line) time(option string) time.Time {
	text := l.or(option, "0h")
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, _ := strconv.Atoi(days)
		return dawn.AddDate(0, 0, n)
	}
	d, _ := time.ParseDuration(text)
	return dawn.Add(d)
}

// event is what a line says happened.
func (s *script) event(l line) domain.Event {
	offset := int64(len(s.log))
	e := domain.Event{
		Command: domain.CommandID(l.or("id", fmt.Sprint("c", offset))), CommandOffset: offset, At: l.time("at"),
		Account: domain.AccountID(l.or("by", "ann")), By: "key", Via: l.options["via"], Domain: domain.Host(l.or("domain", "sho.rt")),
	}
	if slices.Contains([]string{"registered", "verified", "settled", "released"}, l.verb) {
		s.domain++
		e.Version = s.domain
	}
	if !slices.Contains([]string{"registered", "verified", "settled", "released", "blocked", "batched"}, l.verb) && l.words[0] != "-" {
		e.Link = s.link(l.words[0])
		if l.verb != "nothing" {
			s.versions[e.Link]++
		}
		e.Version = s.versions[e.Link]
	}
	e.Body = s.body(l, e)
	s.traits[e.Link] = domain.Link{Traits: s.traits[e.Link]}.Apply(e).Traits
	return e
}

func (s *script) body(l line, e domain.Event) domain.EventBody {
	counter, _ := strconv.ParseUint(l.options["counter"], 10, 64)
	switch l.verb {
	case "registered":
		s.cases, _ = domain.ParseCasePolicy(l.or("case", "keep"))
		return domain.DomainRegistered{Cases: s.cases}
	case "created":
		key := s.key(l.words[1])
		b := domain.LinkCreated{Host: key.Host, Slug: domain.Slug(key.Text), Key: key, Counter: uint64(e.Link)}
		b.Destination = domain.Destination(l.or("to", "https://example.com/"))
		if l.options["ends"] != "" {
			b.Expires = l.time("ends")
		}
		b.Traits = s.patch(l).On(domain.Traits{})
		return b
	case "changed":
		p := s.patch(l)
		from := domain.Patch{Set: p.Set, To: s.traits[e.Link]}
		return domain.LinkChanged{Set: p.Set, From: from.On(domain.Traits{}), To: p.To}
	case "verified":
		return domain.DomainVerified{}
	case "released":
		return domain.DomainReleased{}
	case "settled":
		return domain.DomainChanged{To: domain.DomainSettings{Robots: l.options["robots"]}}
	case "blocked":
		return domain.BlockChanged{Block: domain.Block{Kind: domain.BlockHost, Value: l.words[0]}, On: l.options["on"] != "false", Reason: l.options["reason"]}
	case "batched":
		return domain.BatchDecided{Items: []domain.ItemResult{{Link: 1, Version: 1}, {Rejection: domain.Errorf(domain.SlugTaken, "slug", "taken")}}}
	case "pointed":
		return domain.DestinationChanged{To: domain.Destination(l.options["to"])}
	case "renamed":
		from, to := s.key(l.words[1]), s.key(l.words[2])
		return domain.SlugChanged{From: domain.Slug(from.Text), To: domain.Slug(to.Text), FromKey: from, ToKey: to}
	case "ends":
		return domain.ExpiryChanged{To: l.time("ends")}
	case "deleted":
		return domain.LinkDeleted{Key: s.key(l.words[1]), External: l.options["external"]}
	case "nothing":
		return domain.NothingChanged{}
	case "redacted":
		return domain.Redacted{Slugs: s.sealed(l), Counter: counter}
	case "unreadable":
		return domain.Unreadable{Reason: "broken", Slugs: s.sealed(l), Counter: counter}
	}
	s.Fatalf("what is %q?", l.verb)
	return nil
}

// sealed are the digests of the slugs that a line names.
func (s *script) sealed(l line) (all []domain.SlugDigest) {
	for _, slug := range l.words[1:] {
		digest := s.key(slug).Digest()
		all = append(all, digest)
		s.digests = append(s.digests, hex.EncodeToString(digest[:]), slug)
	}
	return all
}

// patch are the traits that a line names. What is empty is taken away.
func (s *script) patch(l line) (p domain.Patch) {
	set := func(option string, f domain.Field, to func(text string)) {
		if text, ok := l.options[option]; ok {
			p.Set = p.Set.With(f)
			to(text)
		}
	}
	set("title", domain.FieldTitle, func(text string) { p.To.Title = text })
	set("tags", domain.FieldTags, func(text string) { p.To.Tags = strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) })
	set("metadata", domain.FieldMetadata, func(text string) { p.To.Metadata = domain.Metadata(text) })
	set("external", domain.FieldExternal, func(text string) { p.To.External = text })
	set("archived", domain.FieldArchived, func(text string) { p.To.Archived = text == "yes" })
	set("disabled", domain.FieldDisabled, func(text string) { p.To.Disabled = text == "yes" })
	set("password", domain.FieldPassword, func(text string) { p.To.Password = text })
	return p
}

func (s *script) key(slug string) domain.SlugKey {
	host, text, _ := strings.Cut(slug, "/")
	return s.cases.Key(domain.Host(host), domain.Slug(text))
}

// link is the number of a link's letter: 1 for a.
func (s *script) link(letter string) domain.LinkNumber {
	return domain.LinkNumber(letter[0] - 'a' + 1)
}

var numbers = regexp.MustCompile(`@[0-9]+`)

// words puts letters for link numbers and slugs for digests.
func (s *script) words(row string) string {
	row = strings.NewReplacer(s.digests...).Replace(row)
	return numbers.ReplaceAllStringFunc(row, func(n string) string {
		if n == "@0" {
			return "-"
		}
		i, _ := strconv.Atoi(n[1:])
		return string(rune('a' + i - 1))
	})
}
