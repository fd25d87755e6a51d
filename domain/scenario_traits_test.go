package domain_test

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/linklog/linklog/domain"
)

// The words of scenarios for what a link may have beyond its slug, its destination and its end.

// patch sets what the options name; a trait's option is called like its field.
func (l line) patch() domain.Patch {
	var p domain.Patch
	for f := range domain.Fields(1<<64 - 1).Each {
		if text, ok := l.options[f.String()]; ok {
			p.Set = p.Set.With(f)
			l.put(&p.To, f, text)
		}
	}
	return p
}

func (l line) put(t *domain.Traits, f domain.Field, text string) {
	switch f {
	case domain.FieldTitle:
		t.Title = text
	case domain.FieldTags:
		t.Tags = strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
	case domain.FieldMetadata:
		t.Metadata = domain.Metadata(text)
	case domain.FieldExternal:
		t.External = text
	case domain.FieldDisabled:
		t.Disabled = text == "true"
	case domain.FieldArchived:
		t.Archived = text == "true"
	case domain.FieldStarts:
		if text != "never" {
			t.Starts = l.time(f.String())
		}
	case domain.FieldExpiredURL:
		t.ExpiredURL = domain.Destination(text)
	case domain.FieldClickLimit:
		t.ClickLimit, _ = strconv.ParseUint(text, 10, 64)
	case domain.FieldUTMSource:
		t.UTM.Source = text
	case domain.FieldRules:
		for rule := range strings.SplitSeq(text, ",") {
			if id, to, ok := strings.Cut(rule, ">"); ok {
				t.Rules = append(t.Rules, domain.Rule{ID: id, To: domain.Destination(to)})
			}
		}
	default:
		panic("scenarios have no word for " + f.String())
	}
}

// trait is what put reads.
func trait(t domain.Traits, f domain.Field) string {
	switch f {
	case domain.FieldTitle:
		return t.Title
	case domain.FieldTags:
		return strings.Join(t.Tags, ",")
	case domain.FieldMetadata:
		return string(t.Metadata)
	case domain.FieldExternal:
		return t.External
	case domain.FieldDisabled:
		return strconv.FormatBool(t.Disabled)
	case domain.FieldArchived:
		return strconv.FormatBool(t.Archived)
	case domain.FieldStarts:
		return ago(t.Starts)
	case domain.FieldExpiredURL:
		return string(t.ExpiredURL)
	case domain.FieldClickLimit:
		return strconv.FormatUint(t.ClickLimit, 10)
	case domain.FieldUTMSource:
		return t.UTM.Source
	case domain.FieldRules:
		var rules []string
		for _, r := range t.Rules {
			rules = append(rules, r.ID+">"+string(r.To))
		}
		return strings.Join(rules, ",")
	}
	return "?"
}

// traitsOf tells what a link has that a plain one has not.
func traitsOf(t domain.Traits) string {
	var text strings.Builder
	for f := range t.Differences(domain.Traits{}).Set.Each {
		fmt.Fprintf(&text, " %s=%s", f, trait(t, f))
	}
	return text.String()
}

// changesOf tells which traits changed from what to what. Those that didn't must not be there.
func changesOf(b domain.LinkChanged) string {
	var text strings.Builder
	for f := range b.Set.Each {
		fmt.Fprintf(&text, " %s=%s->%s", f, trait(b.From, f), trait(b.To, f))
	}
	for _, t := range []domain.Traits{b.From, b.To} {
		if extra := t.Differences(domain.Traits{}).Set &^ b.Set; extra != 0 {
			fmt.Fprintf(&text, " and says more: %+v", t)
		}
	}
	return text.String()
}

func (l line) settings() domain.DomainSettings {
	status, _ := strconv.ParseUint(l.options["status"], 10, 16)
	return domain.DomainSettings{
		RedirectStatus: uint16(status), Root: domain.Destination(l.options["root"]), NotFound: domain.Destination(l.options["notfound"]),
	}
}

func settingsOf(s domain.DomainSettings) string {
	return fmt.Sprintf("%d,%s,%s", s.RedirectStatus, s.Root, s.NotFound)
}

// block reads kind:value; a link is called by its letter.
func (s *stage) block(text string) domain.Block {
	kind, value, _ := strings.Cut(text, ":")
	if n, ok := s.links[value]; ok {
		value = n.String()
	}
	for k := domain.BlockHost; k <= domain.BlockLink; k++ {
		if k.String() == kind {
			return domain.Block{Kind: k, Value: value}
		}
	}
	return domain.Block{Value: value}
}

func (s *stage) blockOf(b domain.Block) string {
	if n, err := domain.ParseLinkNumber(b.Value); err == nil {
		return b.Kind.String() + ":" + s.name(n)
	}
	return b.Kind.String() + ":" + b.Value
}

// items tells what became of the items of a batch.
func (s *stage) items(results []domain.ItemResult) string {
	var all []string
	for _, r := range results {
		if r.Rejection != nil {
			all = append(all, strings.TrimSpace("refused "+r.Rejection.Code.String()+" "+r.Rejection.Field))
		} else {
			all = append(all, fmt.Sprintf("%s v%d", s.name(r.Link), r.Version))
		}
	}
	return strings.Join(all, ", ")
}
