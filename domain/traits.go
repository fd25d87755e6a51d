package domain

import (
	"fmt"
	"reflect"
	"slices"
	"time"
)

// Traits is all that a link may have beyond its slug, its destination and its end. The zero value
// is a plain link.
type Traits struct {
	Title    string
	Note     string
	Tags     []string // sorted, without repetition
	Metadata Metadata
	External string // the owner's own id for it; unique per account on a short domain

	Disabled   bool        // visitors are told that there is no such link
	Archived   bool        // the same, and lists leave it out
	Starts     time.Time   // before it, there is no such link; zero: always
	ExpiredURL Destination // where visitors go once the link has ended; empty: 410
	Password   string      // slow hash of what visitors have to enter; empty: nothing
	ClickLimit uint64      // human visits after which the link has ended; 0: none

	RedirectStatus uint16 // 301, 302, 303, 307 or 308; 0: the domain's
	ForwardQuery   bool   // visitors' query parameters go along
	ForwardPath    bool   // what follows the slug goes along
	UTM            UTM    // goes along
	Rules          []Rule
	Scripts        []Script
	Preview        Preview
	Indexed        bool // search engines may list the short link
}

// Metadata is a JSON object in its compact spelling; empty: none.
type Metadata string

// Preview is what networks show of a link when somebody posts it. Empty texts leave it to the
// destination.
type Preview struct{ Title, Description, Image string }

// Script runs in the visitor's browser on the way to the destination.
type Script struct {
	ID      string
	InBody  bool   // else in the head
	Content string // a script tag, the URL of a script, or JavaScript
}

// Field names a trait in a [Patch].
type Field uint8

// The fields. They are kept in events: the list is append-only.
const (
	FieldTitle Field = iota
	FieldNote
	FieldTags
	FieldMetadata
	FieldExternal
	FieldDisabled
	FieldArchived
	FieldStarts
	FieldExpiredURL
	FieldPassword
	FieldClickLimit
	FieldRedirectStatus
	FieldForwardQuery
	FieldForwardPath
	FieldUTMSource
	FieldUTMMedium
	FieldUTMCampaign
	FieldUTMTerm
	FieldUTMContent
	FieldRules
	FieldScripts
	FieldPreviewTitle
	FieldPreviewDescription
	FieldPreviewImage
	FieldIndexed
	fieldCount
)

// trait says how a field is called and where it stands.
type trait struct {
	name string
	copy func(to, from *Traits)
	same func(a, b *Traits) bool
}

func traitAt[T any](name string, at func(*Traits) *T) trait {
	return trait{
		name: name,
		copy: func(to, from *Traits) { *at(to) = *at(from) },
		same: func(a, b *Traits) bool { return reflect.DeepEqual(*at(a), *at(b)) },
	}
}

// traits are the fields in the order of their constants.
var traits = [fieldCount]trait{
	traitAt("title", func(t *Traits) *string { return &t.Title }),
	traitAt("note", func(t *Traits) *string { return &t.Note }),
	{"tags", func(to, from *Traits) { to.Tags = from.Tags }, func(a, b *Traits) bool { return slices.Equal(a.Tags, b.Tags) }},
	traitAt("metadata", func(t *Traits) *Metadata { return &t.Metadata }),
	traitAt("external_id", func(t *Traits) *string { return &t.External }),
	traitAt("disabled", func(t *Traits) *bool { return &t.Disabled }),
	traitAt("archived", func(t *Traits) *bool { return &t.Archived }),
	{"valid_from", func(to, from *Traits) { to.Starts = from.Starts }, func(a, b *Traits) bool { return a.Starts.Equal(b.Starts) }},
	traitAt("expired_url", func(t *Traits) *Destination { return &t.ExpiredURL }),
	traitAt("password", func(t *Traits) *string { return &t.Password }),
	traitAt("click_limit", func(t *Traits) *uint64 { return &t.ClickLimit }),
	traitAt("redirect_status", func(t *Traits) *uint16 { return &t.RedirectStatus }),
	traitAt("forward_query", func(t *Traits) *bool { return &t.ForwardQuery }),
	traitAt("forward_path", func(t *Traits) *bool { return &t.ForwardPath }),
	traitAt("utm_source", func(t *Traits) *string { return &t.UTM.Source }),
	traitAt("utm_medium", func(t *Traits) *string { return &t.UTM.Medium }),
	traitAt("utm_campaign", func(t *Traits) *string { return &t.UTM.Campaign }),
	traitAt("utm_term", func(t *Traits) *string { return &t.UTM.Term }),
	traitAt("utm_content", func(t *Traits) *string { return &t.UTM.Content }),
	{"rules", func(to, from *Traits) { to.Rules = from.Rules }, func(a, b *Traits) bool { return sameList(a.Rules, b.Rules) }},
	{"scripts", func(to, from *Traits) { to.Scripts = from.Scripts }, func(a, b *Traits) bool { return slices.Equal(a.Scripts, b.Scripts) }},
	traitAt("preview_title", func(t *Traits) *string { return &t.Preview.Title }),
	traitAt("preview_description", func(t *Traits) *string { return &t.Preview.Description }),
	traitAt("preview_image", func(t *Traits) *string { return &t.Preview.Image }),
	traitAt("indexed", func(t *Traits) *bool { return &t.Indexed }),
}

func sameList[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || reflect.DeepEqual(a, b))
}

// String is the field's name in the native API and in histories.
func (f Field) String() string {
	if f < fieldCount {
		return traits[f].name
	}
	return ""
}

// ParseField reads what String writes.
func ParseField(name string) (Field, bool) {
	i := slices.IndexFunc(traits[:], func(t trait) bool { return t.name == name })
	return Field(max(i, 0)), i >= 0 //nolint:gosec // bounded
}

// Fields is a set of fields.
type Fields uint64

// Has reports whether f is in the set.
func (s Fields) Has(f Field) bool { return s>>f&1 != 0 }

// With is the set and f.
func (s Fields) With(f Field) Fields { return s | 1<<f }

// Each yields the fields of the set in order.
func (s Fields) Each(yield func(Field) bool) {
	for f := range fieldCount {
		if s.Has(f) && !yield(f) {
			return
		}
	}
}

// Patch sets some traits and leaves the others as they are.
type Patch struct {
	Set Fields
	To  Traits // of which only the fields in Set mean anything
}

// On is t with the patch applied.
func (p Patch) On(t Traits) Traits {
	for f := range p.Set.Each {
		traits[f].copy(&t, &p.To)
	}
	return t
}

// Changes is the part of p that makes a difference to t.
func (p Patch) Changes(t Traits) Patch {
	changes := Patch{}
	for f := range p.Set.Each {
		if !traits[f].same(&t, &p.To) {
			changes.Set = changes.Set.With(f)
			traits[f].copy(&changes.To, &p.To)
		}
	}
	return changes
}

// Differences is the patch that makes t of from.
func (t Traits) Differences(from Traits) Patch {
	return Patch{Set: 1<<fieldCount - 1, To: t}.Changes(from)
}

// Plain reports whether no trait concerns visitors, so that they are sent to the destination and
// that is all.
func (t *Traits) Plain() bool {
	return !t.Disabled && !t.Archived && t.Starts.IsZero() && t.ExpiredURL == "" && t.Password == "" && t.ClickLimit == 0 &&
		t.RedirectStatus == 0 && !t.ForwardQuery && !t.ForwardPath && t.UTM == (UTM{}) && len(t.Rules) == 0 && len(t.Scripts) == 0 &&
		t.Preview == (Preview{}) && !t.Indexed
}

// places yields every place that the traits may send a visitor to, with the index of its rule; that
// of the expired URL is -1.
func (t *Traits) places(yield func(rule int, to Destination) bool) {
	if t.ExpiredURL != "" && !yield(-1, t.ExpiredURL) {
		return
	}
	for i, r := range t.Rules {
		if !yield(i, r.To) {
			return
		}
	}
}

// placeField is how the native API calls what places yields.
func placeField(rule int) string {
	if rule < 0 {
		return FieldExpiredURL.String()
	}
	return fmt.Sprintf("%s[%d].url", FieldRules, rule)
}
