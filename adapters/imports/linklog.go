package imports

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How the members of a link are written in a table. Those in none of these lists are texts.
var (
	// TableMembers are the columns of an exported table of links, in order: first what every link
	// has, then what it may have.
	TableMembers = []string{
		"id", "short_url", "long_url", "slug", "domain", "clicks", "created_at", "expires_at", "status",
		"enabled", "archived", "title", "note", "tags", "metadata", "external_id", "valid_from", "expired_url", "password", "click_limit",
		"redirect_status", "forward_query", "forward_path", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
		"rules", "scripts", "preview_title", "preview_description", "preview_image", "indexed",
	}
	// TableClicks are the columns of an exported table of clicks.
	TableClicks = []string{
		"id", "time", "link_id", "link_version", "account", "host", "slug", "method", "trigger", "rule", "country", "region", "city",
		"referrer_host", "referrer_path", "user_agent", "language", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
		"visitor", "imported",
	}
	told     = []string{"id", "short_url", "long_url", "slug", "domain", "clicks", "created_at", "status", "updated_at", "version", "password"}
	booleans = []string{"enabled", "archived", "forward_query", "forward_path", "indexed"}
	numbers  = []string{"click_limit", "redirect_status"}
	nested   = []string{"tags", "metadata", "rules", "scripts"}
)

// ours: what linklog export wrote, JSON lines of links and clicks or a table of links.
func ours() format {
	columns := map[string][]string{}
	for _, name := range TableMembers {
		columns[name] = []string{plain(name)}
	}
	links := table{layout: layout{columns, []string{"id", "long_url", "slug"}}, link: ourRow}
	columns = map[string][]string{}
	for _, name := range TableClicks {
		columns[name] = []string{plain(name)}
	}
	clicks := table{layout: layout{columns, []string{"link_id", "time"}}, click: ourClickRow}
	return format{tables: tables{links, clicks}, link: ourLink, click: ourClick}
}

// formulas are what programs that open tables take for the beginning of one.
const formulas = "=+-@\t\r"

// Cell is a text as a table holds it, so that no program that opens it takes it for a formula.
func Cell(s string) string {
	if s != "" && strings.ContainsRune(formulas+"'", rune(s[0])) {
		return "'" + s
	}
	return s
}

// uncell reads what Cell wrote.
func uncell(s string) string { return strings.TrimPrefix(s, "'") }

func ourRow(r *row) Link {
	members := map[string]json.RawMessage{}
	for _, name := range TableMembers {
		cell := uncell(r.get(name))
		switch {
		case cell == "":
		case slices.Contains(booleans, name), slices.Contains(numbers, name), slices.Contains(nested, name), name == "clicks", name == "password":
			members[name] = json.RawMessage(cell)
		default:
			members[name], _ = json.Marshal(cell) //nolint:errchkjson // a text
		}
	}
	return ourMembers(members)
}

func ourLink(raw json.RawMessage, _ *time.Location) (Link, bool) {
	members, err := as[map[string]json.RawMessage](raw)
	if err != nil {
		return Link{Err: err}, true
	}
	return ourMembers(members), true
}

// ourMembers is a link as our API tells it.
func ourMembers(members map[string]json.RawMessage) Link {
	text := func(name string) (s string) {
		_ = json.Unmarshal(members[name], &s) // what is no text is none
		return s
	}
	l := newLink(text("id"), text("long_url"))
	l.Host, l.Slug = text("domain"), text("slug")
	l.Clicks, _ = strconv.ParseUint(string(members["clicks"]), 10, 64)
	l.Created, l.Err = parseTime(text("created_at"), time.UTC)
	if l.ID == "" && l.Err == nil {
		l.Err = errNotOurs
	}
	for name, value := range members {
		v := strings.TrimSpace(string(value))
		switch {
		case slices.Contains(told, name), v == "null", v == "[]", v == "false" && name != "enabled", v == "true" && name == "enabled":
		case !json.Valid(value):
			l.Err = errNotOurs
		default:
			l.Members[name] = value
		}
	}
	if string(members["password"]) == "true" {
		l.lose("its password")
	}
	return l
}

var errNotOurs = errorText("it is no link as linklog export writes it")

// ourExported is a click as our API tells it.
type ourExported struct {
	Link         string `json:"link_id"`
	ReferrerHost string `json:"referrer_host"`
	ReferrerPath string `json:"referrer_path"`
	Click
}

func ourClickRow(r *row) Click {
	members := map[string]string{}
	for _, name := range TableClicks {
		if cell := uncell(r.get(name)); cell != "" && name != "link_version" {
			members[name] = cell
		}
	}
	raw, err := json.Marshal(members)
	c, ok := ourClick(raw, r.zone)
	if !ok {
		c.Err = errorText("it is a click of no link")
	}
	c.Err = cmp.Or(c.Err, err)
	return c
}

func ourClick(raw json.RawMessage, _ *time.Location) (Click, bool) {
	if !bytes.Contains(raw, []byte(`"link_id"`)) {
		return Click{}, false
	}
	a, err := as[ourExported](raw)
	if a.Link == "" {
		return Click{}, false
	}
	c := a.Click
	c.Link, c.Err = a.Link, err
	if a.ReferrerHost != "" {
		c.Referrer = "https://" + a.ReferrerHost + a.ReferrerPath
	}
	if c.Time.IsZero() && err == nil {
		c.Err = errorText("a click of link " + shortened(a.Link) + " has no time")
	}
	return c, true
}
