package imports

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// Format is a product whose exports can be read.
type Format string

// The formats.
const (
	YOURLS  Format = "yourls"
	Shlink  Format = "shlink"
	Kutt    Format = "kutt"
	Bitly   Format = "bitly"
	Dub     Format = "dub"
	CSV     Format = "csv"     // anybody's table
	Linklog Format = "linklog" // what linklog export wrote
)

// Source is something that links and clicks come from. An error of each ends the reading and is
// returned.
type Source interface {
	// Links tells all links.
	Links(ctx context.Context, each func(Link) error) error
	// Clicks tells all clicks, those of one link in the order they happened. It follows Links.
	Clicks(ctx context.Context, each func(Click) error) error
}

// Link is a link as another shortener has it.
type Link struct {
	ID      string         // the source's own; clicks name their link by it
	Host    string         // where it lives; empty: not told
	Slug    string         // empty: none
	Members map[string]any // everything else, as the native API names it
	Created time.Time      // zero: not told
	Clicks  uint64         // as the source counts them
	Lost    []string       // what it has there and won't have here
	Err     error          // why it can't be brought; then nothing else need be set
}

// Click is a click as another shortener recorded it, in the members of the native API. Texts that
// are empty are unknown.
type Click struct {
	Link string `json:"-"` // a [Link.ID]
	Err  error  `json:"-"` // why it can't be brought

	Time        time.Time `json:"time"`
	Count       uint64    `json:"count,omitempty"` // so many alike; 0: one
	Method      string    `json:"method,omitempty"`
	Trigger     string    `json:"trigger,omitempty"`
	Rule        string    `json:"rule,omitempty"`
	Country     string    `json:"country,omitempty"`
	Region      string    `json:"region,omitempty"`
	City        string    `json:"city,omitempty"`
	Referrer    string    `json:"referrer,omitempty"`
	UserAgent   string    `json:"user_agent,omitempty"`
	Language    string    `json:"language,omitempty"`
	UTMSource   string    `json:"utm_source,omitempty"`
	UTMMedium   string    `json:"utm_medium,omitempty"`
	UTMCampaign string    `json:"utm_campaign,omitempty"`
	UTMTerm     string    `json:"utm_term,omitempty"`
	UTMContent  string    `json:"utm_content,omitempty"`
}

// earliest is before the first short link there was.
var earliest = time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC)

// check sees that there is enough of a link to bring it.
func (l *Link) check() {
	switch {
	case l.Err != nil:
	case l.Members["url"] == "":
		l.Err = errorText("it leads nowhere")
	case l.ID == "":
		l.Err = errorText("it has no name")
	}
}

// check sees that there is enough of a click to count it.
func (c *Click) check(now time.Time) {
	c.Country = country(c.Country)
	if c.Method != http.MethodHead {
		c.Method = ""
	}
	if c.Trigger != "qr" {
		c.Trigger = ""
	}
	switch {
	case c.Err != nil:
	case c.Link == "":
		c.Err = errorText("it is a click of no link")
	case c.Time.Before(earliest):
		c.Err = errorText("it has no time, or one before 1995")
	case c.Time.After(now):
		c.Err = errorText("its time is in the future")
	}
}

// errorText is an error that says no more.
type errorText string

func (e errorText) Error() string { return string(e) }

// Times is how many clicks it stands for.
func (c *Click) Times() uint64 { return max(c.Count, 1) }

// newLink begins a link that goes to an address.
func newLink(id, address string) Link {
	return Link{ID: id, Members: map[string]any{"url": clean(address)}}
}

// set sets a member, unless there is nothing to set.
func (l *Link) set(name string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	case bool:
		if !v {
			return
		}
	case uint64:
		if v == 0 {
			return
		}
	case time.Time:
		if v.IsZero() {
			return
		}
		value = v.UTC().Format(time.RFC3339)
	}
	l.Members[name] = value
}

// Longest texts that links have here, in characters.
const (
	maxTitle = 255
	maxNote  = 2000
	maxTag   = 64
	maxTags  = 50
)

// setText sets a member to as much of a text as it holds.
func (l *Link) setText(name, text string, most int) {
	text = strings.TrimSpace(clean(text))
	if name != "note" {
		text = strings.Join(strings.Fields(text), " ") // on one line
	}
	if utf8.RuneCountInString(text) > most {
		text = strings.TrimSpace(string([]rune(text)[:most]))
		l.lose("the end of its " + name)
	}
	l.set(name, text)
}

// setTags sets those tags that it may have.
func (l *Link) setTags(tags []string) {
	var kept []string
	for _, tag := range tags {
		tag = strings.TrimSpace(clean(tag))
		switch {
		case tag == "":
		case utf8.RuneCountInString(tag) > maxTag || len(kept) == maxTags:
			l.lose("the tag " + tag)
		default:
			kept = append(kept, tag)
		}
	}
	l.set("tags", kept)
}

// lose notes what the link won't have.
func (l *Link) lose(what string) { l.Lost = append(l.Lost, what) }

// clean is text without what is none: bytes that aren't UTF-8 and control characters.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
}

// country is an ISO 3166 code in capitals; anything else is unknown.
func country(code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || code == "XX" {
		return ""
	}
	return code
}

// referrer is an address where a visitor came from; words that stand for none are none.
func referrer(text string) string {
	text = strings.TrimSpace(clean(text))
	switch strings.ToLower(text) {
	case "", "direct", "(direct)", "unknown", "none", "null":
		return ""
	}
	if !strings.Contains(text, "://") {
		return "https://" + text
	}
	return text
}
