package web

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
)

// filledIn is the form with a link's values, as people edit them. Its password isn't shown.
func filledIn(f Form, l domain.Link, loc *time.Location) Form {
	v := url.Values{
		"zone": {loc.String()}, "version": {strconv.FormatUint(l.Version, 10)},
		"url": {string(l.Destination)}, "domain": {string(l.Host)}, "slug": {string(l.Slug)},
		"title": {l.Title}, "note": {l.Note}, "tags": {strings.Join(l.Tags, ", ")}, "metadata": {indented(l.Metadata)},
		"external_id": {l.External}, "valid_from": {localTime(l.Starts, loc)}, "expires_at": {localTime(l.Expires, loc)},
		"expired_url": {string(l.ExpiredURL)}, "password": {""}, "click_limit": {numberOrNone(l.ClickLimit)},
		"redirect_status": {numberOrNone(uint64(l.RedirectStatus))},
		"utm_source":      {l.UTM.Source}, "utm_medium": {l.UTM.Medium}, "utm_campaign": {l.UTM.Campaign},
		"utm_term": {l.UTM.Term}, "utm_content": {l.UTM.Content},
		"preview_title": {l.Preview.Title}, "preview_description": {l.Preview.Description}, "preview_image": {l.Preview.Image},
	}
	for name, on := range map[string]bool{
		"enabled": !l.Disabled, "forward_query": l.ForwardQuery, "forward_path": l.ForwardPath, "indexed": l.Indexed,
	} {
		if on {
			v.Set(name, "on")
		}
	}
	v = withGroups(v, "rules", each(l.Rules, func(r domain.Rule) url.Values { return ruleValues(r, loc) }))
	v = withGroups(v, "scripts", each(l.Scripts, scriptValues))
	f.Values = v
	return f
}

func each[T any](all []T, values func(T) url.Values) []url.Values {
	groups := make([]url.Values, len(all))
	for i, x := range all {
		groups[i] = values(x)
	}
	return groups
}

func ruleValues(r domain.Rule, loc *time.Location) url.Values {
	v := url.Values{"id": {r.ID}, "url": {string(r.To)}, "percentage": {numberOrNone(uint64(r.Percent))}}
	return withGroups(v, "conditions", each(r.When, func(c domain.Condition) url.Values { return conditionValues(c, loc) }))
}

func conditionValues(c domain.Condition, loc *time.Location) url.Values {
	v := url.Values{"kind": {c.Kind.String()}}
	if c.Not {
		v.Set("not", "on")
	}
	switch c.Kind { //nolint:exhaustive // the others have values alone
	case domain.ByTime:
		v.Set("from", domain.FormatClock(c.From))
		v.Set("to", domain.FormatClock(c.To))
		v.Set("zone", c.Zone)
	case domain.ByDate:
		v.Set("starts", localTime(c.Starts, loc))
		v.Set("ends", localTime(c.Ends, loc))
	case domain.ByWeekday:
		v["weekdays"] = domain.FormatWeekdays(c.Days)
		v.Set("zone", c.Zone)
	case domain.ByDevice:
		v["values"] = c.Values
	default:
		if c.Kind == domain.ByQuery {
			v.Set("name", c.Name)
		}
		separator := ", "
		if separators(c.Kind) == "\n" {
			separator = "\n"
		}
		v.Set("values", strings.Join(c.Values, separator))
	}
	return v
}

func scriptValues(s domain.Script) url.Values {
	placement := "head"
	if s.InBody {
		placement = "body"
	}
	return url.Values{"id": {s.ID}, "placement": {placement}, "content": {s.Content}}
}

func numberOrNone(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// indented is metadata for eyes.
func indented(m domain.Metadata) string {
	if m == "" {
		return ""
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(m), "", "  "); err != nil {
		return string(m)
	}
	return b.String()
}

// listed are the parts of a text, those without any text left out.
func listed(text string, separators string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(p string) bool { return p == "" })
}
