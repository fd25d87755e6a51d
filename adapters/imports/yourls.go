package imports

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"time"
)

// yourls: the tables yourls_url and yourls_log, dumped by mysqldump or exported as CSV; the API
// tells links with their numbers of clicks.
func yourls() format {
	links := table{layout: layout{map[string][]string{
		"keyword": {"keyword", "shorturl"}, "url": {"url", "longurl"}, "title": {"title"}, "created": {"timestamp", "date"}, "clicks": {"clicks"},
	}, []string{"keyword", "url"}}, link: yourlsLink}
	clicks := table{layout: layout{map[string][]string{
		"keyword": {"shorturl", "keyword"}, "time": {"clicktime", "time"}, "referrer": {"referrer", "referer"}, "agent": {"useragent"}, "country": {"countrycode"},
	}, []string{"keyword", "time"}}, click: yourlsClick}
	return format{
		tables: tables{links, clicks}, dumped: map[string]*table{"_url": &links, "_log": &clicks},
		link: yourlsObject, api: func(a *api) Source { return &yourlsAPI{a} },
	}
}

func yourlsLink(r *row) Link {
	l := newLink(r.get("keyword"), r.get("url"))
	l.Slug, l.Clicks = r.get("keyword"), r.count("clicks")
	l.setText("title", r.get("title"), maxTitle)
	l.Created, l.Err = r.time("created")
	return l
}

func yourlsClick(r *row) Click {
	at, err := r.time("time")
	return Click{
		Link: r.get("keyword"), Time: at, Err: err, Country: country(r.get("country")), Referrer: referrer(r.get("referrer")),
		UserAgent: clean(r.get("agent")),
	}
}

// yourlsAnswer is a link in the API's answers, where numbers are strings.
type yourlsAnswer struct {
	ShortURL  string      `json:"shorturl"`
	URL       string      `json:"url"`
	Title     string      `json:"title"`
	Timestamp string      `json:"timestamp"`
	Clicks    json.Number `json:"clicks"`
}

func yourlsObject(raw json.RawMessage, zone *time.Location) (Link, bool) {
	a, err := as[yourlsAnswer](raw)
	if err != nil {
		return Link{Err: err}, true
	}
	return a.link(zone), true
}

func (a *yourlsAnswer) link(zone *time.Location) Link {
	keyword := a.ShortURL
	l := newLink("", a.URL)
	if u, err := url.Parse(a.ShortURL); err == nil && u.Host != "" {
		l.Host, keyword = u.Host, lastPart(u.Path)
	}
	l.ID, l.Slug = keyword, keyword
	clicks, _ := strconv.ParseUint(a.Clicks.String(), 10, 64)
	l.Clicks = clicks
	l.setText("title", a.Title, maxTitle)
	l.Created, l.Err = parseTime(a.Timestamp, zone)
	return l
}

// yourlsAPI is yourls-api.php.
type yourlsAPI struct{ *api }

const yourlsPage = 500

// Links implements Source. The newest are told first.
func (y *yourlsAPI) Links(ctx context.Context, each func(Link) error) error {
	for start := 0; start < apiPages*yourlsPage; start += yourlsPage {
		var a struct {
			Links   map[string]yourlsAnswer `json:"links"`
			Message string                  `json:"message"`
			Status  json.Number             `json:"statusCode"`
		}
		err := y.post(ctx, url.Values{
			"signature": {y.key}, "action": {"stats"}, "filter": {"last"}, "format": {"json"},
			"limit": {strconv.Itoa(yourlsPage)}, "start": {strconv.Itoa(start)},
		}, &a)
		if err != nil {
			return err
		}
		if a.Links == nil && a.Status != "" && a.Status != "200" {
			return errors.New(cmp.Or(a.Message, "the API refused the request"))
		}
		for _, name := range numbered(a.Links) {
			one := a.Links[name]
			if err := each(one.link(y.zone)); err != nil {
				return err
			}
		}
		if len(a.Links) < yourlsPage {
			return nil
		}
	}
	return errCircle
}

// Clicks implements Source: the API has none.
func (*yourlsAPI) Clicks(context.Context, func(Click) error) error { return nil }

var errCircle = errors.New("the API's list has no end")
