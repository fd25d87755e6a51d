package schemas_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
)

// some draws up to most values; none at all are nil.
func some[T any](r source, most int, draw func() T) (all []T) {
	for range r.IntN(most + 1) {
		all = append(all, draw())
	}
	return all
}

// maybe is a drawn value or, as often, the zero one.
func maybe[T any](r source, draw func() T) (v T) {
	if r.coin() {
		v = draw()
	}
	return v
}

// label is a text without control characters.
func (r source) label(n int) string {
	const runes = "abcXYZ019/.;()-_ßé漢\U0001F600\"\\"
	all := []rune(runes)
	var s string
	for range 1 + r.IntN(n/4) {
		s += string(all[r.IntN(len(all))])
	}
	return s
}

func (r source) maybeLabel(n int) string { return maybe(r, func() string { return r.label(n) }) }

func (r source) status() uint16 { return []uint16{0, 301, 302, 303, 307, 308}[r.IntN(6)] }

// instant is a time that databases keep as it is.
func (r source) instant() time.Time { return r.time().Truncate(time.Microsecond) }

func (r source) maybeDestination() domain.Destination { return maybe(r, r.destination) }

// traits are often those of a plain link.
func (r source) traits() domain.Traits {
	if r.coin() {
		return domain.Traits{}
	}
	return domain.Traits{
		Title: r.maybeLabel(60), Note: maybe(r, func() string { return r.label(90) }), Tags: r.tags(),
		Metadata: r.metadata(), External: maybe(r, func() string { return fmt.Sprintf("crm-%d", r.IntN(999)) }),
		Disabled: r.coin(), Archived: r.coin(), Starts: maybe(r, r.instant), ExpiredURL: r.maybeDestination(),
		ClickLimit: r.Uint64N(3) * r.Uint64N(1e6), RedirectStatus: r.status(), ForwardQuery: r.coin(), ForwardPath: r.coin(),
		UTM: domain.UTM{
			Source: r.maybeLabel(40), Medium: r.maybeLabel(40), Campaign: r.maybeLabel(40), Term: r.maybeLabel(40), Content: r.maybeLabel(40),
		},
		Rules: r.rules(), Scripts: r.scripts(),
		Preview: domain.Preview{Title: r.maybeLabel(60), Description: r.maybeLabel(90), Image: string(r.maybeDestination())},
		Indexed: r.coin(),
	}
}

func (r source) tags() []string {
	tags := some(r, 4, func() string { return fmt.Sprintf("tag-%d", r.IntN(99)) })
	slices.Sort(tags)
	return slices.Compact(tags)
}

func (r source) metadata() domain.Metadata {
	if r.coin() {
		return ""
	}
	return domain.Metadata(fmt.Sprintf(`{"a":%d,"b":{"c":["%s",null,true]}}`, r.IntN(99), r.slug()))
}

func (r source) rules() (all []domain.Rule) {
	for i := range r.IntN(4) {
		all = append(all, domain.Rule{
			ID: fmt.Sprintf("rul_%d", i), To: r.destination(), Percent: uint8(r.IntN(34)), When: some(r, 3, r.condition),
		})
	}
	return all
}

func (r source) condition() domain.Condition {
	pick := func(from ...string) []string { return slices.Clone(from[:1+r.IntN(len(from))]) }
	zone := []string{"", "Europe/Vienna", "Asia/Kathmandu"}[r.IntN(3)]
	c := domain.Condition{Kind: domain.ConditionKind(1 + r.IntN(int(domain.ByQuery))), Not: r.coin()}
	switch c.Kind {
	case domain.ByCountry:
		c.Values = pick("AT", "NP", "US")
	case domain.ByCity:
		c.Values = pick("Kathmandu", "Wien")
	case domain.ByDevice:
		c.Values = pick("mobile", "tablet", "desktop")
	case domain.ByOS:
		c.Values = pick("Android", "iOS")
	case domain.ByBrowser:
		c.Values = pick("Chrome", "Firefox")
	case domain.ByLanguage:
		c.Values = pick("de", "ne", "pt-br")
	case domain.ByReferrer:
		c.Values = []string{string(r.host())}
	case domain.ByTime:
		c.From, c.To, c.Zone = uint16(r.IntN(720)), uint16(720+r.IntN(720)), zone
	case domain.ByDate:
		c.Starts = r.instant()
		c.Ends = c.Starts.AddDate(0, 0, 1+r.IntN(90))
	case domain.ByWeekday:
		c.Days, c.Zone = uint8(1+r.IntN(127)), zone
	case domain.ByQuery:
		c.Name, c.Values = "ref", some(r, 2, func() string { return string(r.slug()) })
	}
	return c
}

func (r source) scripts() (all []domain.Script) {
	for i := range r.IntN(3) {
		all = append(all, domain.Script{ID: fmt.Sprintf("scr_%d", i), InBody: r.coin(), Content: "seen(" + string(r.slug()) + ")"})
	}
	return all
}

func (r source) fields() (set domain.Fields) {
	for _, f := range fields() {
		if r.coin() {
			set = set.With(f)
		}
	}
	return set
}

func (r source) patch() domain.Patch {
	p := domain.Patch{To: r.traits()}
	if r.coin() {
		p.Set = r.fields()
	}
	p.To = p.On(domain.Traits{})
	return p
}

func (r source) settings() domain.DomainSettings {
	return domain.DomainSettings{
		RedirectStatus: r.status(), Root: r.maybeDestination(), NotFound: r.maybeDestination(), Robots: r.maybeLabel(90),
		Favicon: r.maybeDestination(), AppleAssociation: string(r.metadata()), AssetLinks: maybe(r, func() string { return "[1,{}]" }),
	}
}

func (r source) block() domain.Block {
	switch r.IntN(3) {
	case 0:
		return domain.Block{Kind: domain.BlockHost, Value: string(r.host())}
	case 1:
		return domain.Block{Kind: domain.BlockAccount, Value: fmt.Sprintf("acc_%d", r.IntN(9))}
	}
	return domain.Block{Kind: domain.BlockLink, Value: r.number().String()}
}

func (r source) limits() domain.Limits {
	return maybe(r, func() domain.Limits { return domain.Limits{Links: r.Uint64N(100), FixedURLs: r.coin()} })
}

func (r source) rejection() *domain.Error {
	codes := domain.Codes()
	return &domain.Error{Code: codes[r.IntN(len(codes))], Message: r.text(200), Field: r.text(20)}
}

func (r source) result() domain.ItemResult {
	if r.coin() {
		return domain.ItemResult{Rejection: r.rejection()}
	}
	return domain.ItemResult{Link: r.number(), Version: r.Uint64N(9)}
}
