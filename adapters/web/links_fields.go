package web

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
)

// linkField is something that a link has, as people are told of it.
type linkField struct {
	name  string // of the form's field
	label string
	value func(*domain.Link) any
}

// linkFields are all there are, in the order of the form.
var linkFields = []linkField{
	{"url", "Destination", func(l *domain.Link) any { return l.Destination }},
	{"slug", "Short link", func(l *domain.Link) any { return string(l.Host) + "/" + string(l.Slug) }},
	{"title", "Title", func(l *domain.Link) any { return l.Title }},
	{"tags", "Tags", func(l *domain.Link) any { return l.Tags }},
	{"note", "Note", func(l *domain.Link) any { return l.Note }},
	{"enabled", "Switched on", func(l *domain.Link) any { return !l.Disabled }},
	{"archived", "Archived", func(l *domain.Link) any { return l.Archived }},
	{"valid_from", "Begins", func(l *domain.Link) any { return l.Starts }},
	{"expires_at", "Ends", func(l *domain.Link) any { return l.Expires }},
	{"expired_url", "After the end", func(l *domain.Link) any { return l.ExpiredURL }},
	{"click_limit", "Click limit", func(l *domain.Link) any { return l.ClickLimit }},
	{"password", "Password", func(l *domain.Link) any { return secret(l.Password) }},
	{"utm_source", "UTM source", func(l *domain.Link) any { return l.UTM.Source }},
	{"utm_medium", "UTM medium", func(l *domain.Link) any { return l.UTM.Medium }},
	{"utm_campaign", "UTM campaign", func(l *domain.Link) any { return l.UTM.Campaign }},
	{"utm_term", "UTM term", func(l *domain.Link) any { return l.UTM.Term }},
	{"utm_content", "UTM content", func(l *domain.Link) any { return l.UTM.Content }},
	{"rules", "Rules", func(l *domain.Link) any { return l.Rules }},
	{"redirect_status", "Redirect status", func(l *domain.Link) any { return l.RedirectStatus }},
	{"forward_query", "Query goes along", func(l *domain.Link) any { return l.ForwardQuery }},
	{"forward_path", "Path goes along", func(l *domain.Link) any { return l.ForwardPath }},
	{"scripts", "Scripts", func(l *domain.Link) any { return l.Scripts }},
	{"preview_title", "Preview title", func(l *domain.Link) any { return l.Preview.Title }},
	{"preview_description", "Preview description", func(l *domain.Link) any { return l.Preview.Description }},
	{"preview_image", "Preview image", func(l *domain.Link) any { return l.Preview.Image }},
	{"indexed", "In search engines", func(l *domain.Link) any { return l.Indexed }},
	{"external_id", "External id", func(l *domain.Link) any { return l.External }},
	{"metadata", "Metadata", func(l *domain.Link) any { return l.Metadata }},
}

// secret is a value of which only whether it is there may be told, and whether it is another one.
type secret string

// fieldLine is a field with what it was and what it is; of a field that didn't change From is empty.
type fieldLine struct {
	Name, Label     string
	From, To, Yours string // Yours is what somebody else wants it to be
}

// fieldsBetween are the fields in which two links differ.
func fieldsBetween(a, b domain.Link, loc *time.Location) (all []fieldLine) {
	for _, f := range linkFields {
		from, to := f.value(&a), f.value(&b)
		if reflect.DeepEqual(from, to) {
			continue
		}
		all = append(all, fieldLine{Name: f.name, Label: f.label, From: inWords(from, loc), To: inWords(to, loc)})
	}
	return all
}

// facts are the fields of a link that say something besides those that a page shows anyway.
func facts(l domain.Link, loc *time.Location, but ...string) (all []fieldLine) {
	none := domain.Link{}
	for _, f := range linkFields {
		v := f.value(&l)
		if slices.Contains(but, f.name) || reflect.DeepEqual(v, f.value(&none)) {
			continue
		}
		all = append(all, fieldLine{Name: f.name, Label: f.label, To: inWords(v, loc)})
	}
	return all
}

// labelOf is how people call a field.
func labelOf(name string) string {
	for _, f := range linkFields {
		if f.name == name {
			return f.label
		}
	}
	return words(name)
}

// inWords is a value in words; none is empty.
func inWords(v any, loc *time.Location) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case secret:
		if v == "" {
			return ""
		}
		return "set"
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.In(loc).Format("2 Jan 2006, 15:04 MST")
	case uint64:
		return numberOrNone(v)
	case uint16:
		return numberOrNone(uint64(v))
	case []string:
		return strings.Join(v, ", ")
	case []domain.Rule:
		lines := make([]string, len(v))
		for i, r := range v {
			lines[i] = ruleWords(r, loc)
		}
		return strings.Join(lines, "\n")
	case []domain.Script:
		lines := make([]string, len(v))
		for i, x := range v {
			lines[i] = x.ID + " (" + strconv.Itoa(len(x.Content)) + " bytes)"
		}
		return strings.Join(lines, "\n")
	}
	return fmt.Sprint(v)
}

// ruleWords is a rule as a sentence.
func ruleWords(r domain.Rule, loc *time.Location) string {
	parts := make([]string, len(r.When))
	for i, c := range r.When {
		parts[i] = conditionWords(c, loc)
	}
	who := "everybody"
	if len(parts) > 0 {
		who = strings.Join(parts, " and ")
	}
	if r.Percent > 0 {
		who = strconv.Itoa(int(r.Percent)) + " % of " + who
	}
	return r.ID + ": " + who + " → " + string(r.To)
}

func conditionWords(c domain.Condition, loc *time.Location) string {
	is := " is "
	if c.Not {
		is = " is not "
	}
	switch c.Kind { //nolint:exhaustive // the others have values alone
	case domain.ByTime:
		return "time" + is + domain.FormatClock(c.From) + "–" + domain.FormatClock(c.To) + zoneWords(c.Zone)
	case domain.ByWeekday:
		return "day" + is + strings.Join(domain.FormatWeekdays(c.Days), ", ") + zoneWords(c.Zone)
	case domain.ByDate:
		text := "date" + is
		if !c.Starts.IsZero() {
			text += "from " + inWords(c.Starts, loc)
		}
		if !c.Ends.IsZero() {
			text = strings.TrimSpace(text + " until " + inWords(c.Ends, loc))
		}
		return text
	case domain.ByQuery:
		if len(c.Values) == 0 {
			return "parameter " + c.Name + is + "there"
		}
		return "parameter " + c.Name + is + strings.Join(c.Values, ", ")
	}
	return c.Kind.String() + is + strings.Join(c.Values, ", ")
}

func zoneWords(name string) string {
	if name == "" {
		return " UTC"
	}
	return " " + name
}
