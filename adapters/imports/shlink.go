package imports

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
)

// shlink: the CSV of its web client, answers of its REST API, and the API itself.
func shlink() format {
	links := table{layout: layout{map[string][]string{
		"created": {"createdat", "datecreated"}, "title": {"title"}, "short": {"shorturl"}, "domain": {"domain"}, "code": {"shortcode"},
		"url": {"longurl"}, "tags": {"tags"}, "clicks": {"visits", "visitscount"},
	}, []string{"short", "url"}}, link: shlinkRow}
	return format{tables: tables{links}, link: shlinkObject, click: nil, api: func(a *api) Source {
		a.header = [2]string{"X-Api-Key"}
		return &shlinkAPI{api: a}
	}}
}

func shlinkRow(r *row) Link {
	l := newLink("", r.get("url"))
	l.place(r.get("short"))
	if code := r.get("code"); code != "" {
		l.Slug = code
	}
	l.ID, l.Clicks = l.Host+"/"+l.Slug, r.count("clicks")
	l.setText("title", r.get("title"), maxTitle)
	l.setTags(strings.FieldsFunc(r.get("tags"), func(r rune) bool { return r == '|' || r == ',' }))
	l.Created, l.Err = r.time("created")
	return l
}

// place sets host and slug to those of a short URL.
func (l *Link) place(short string) {
	if !strings.Contains(short, "://") {
		short = "https://" + short
	}
	if u, err := url.Parse(short); err == nil {
		l.Host, l.Slug = u.Host, strings.TrimPrefix(u.Path, "/")
	}
}

// lastPart is what stands behind the last slash.
func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// shlinkAnswer is a short URL in the API's answers.
type shlinkAnswer struct {
	Code    string   `json:"shortCode"`
	Short   string   `json:"shortUrl"`
	Long    string   `json:"longUrl"`
	Created moment   `json:"dateCreated"`
	Tags    []string `json:"tags"`
	Domain  string   `json:"domain"`
	Title   string   `json:"title"`
	Visits  struct {
		Total uint64 `json:"total"`
	} `json:"visitsSummary"`
	Meta struct {
		Since moment `json:"validSince"`
		Until moment `json:"validUntil"`
		Max   uint64 `json:"maxVisits"`
	} `json:"meta"`
	Crawlable bool `json:"crawlable"`
	Forward   bool `json:"forwardQuery"`
	Rules     bool `json:"hasRedirectRules"`
}

func shlinkObject(raw json.RawMessage, _ *time.Location) (Link, bool) {
	a, err := as[shlinkAnswer](raw)
	if err != nil {
		return Link{Err: err}, true
	}
	return a.link(), a.Long != ""
}

func (a *shlinkAnswer) link() Link {
	l := newLink("", a.Long)
	l.place(a.Short)
	l.Slug = a.Code
	l.ID, l.Created, l.Clicks = l.Host+"/"+l.Slug, a.Created.Time, a.Visits.Total
	l.setText("title", a.Title, maxTitle)
	l.setTags(a.Tags)
	l.set("valid_from", a.Meta.Since.Time)
	l.set("expires_at", a.Meta.Until.Time)
	l.set("click_limit", a.Meta.Max)
	l.set("indexed", a.Crawlable)
	l.set("forward_query", a.Forward)
	if a.Rules {
		l.lose("its redirect rules")
	}
	return l
}

// shlinkVisit is a visit in the API's answers.
type shlinkVisit struct {
	Referer  string `json:"referer"`
	Date     moment `json:"date"`
	Agent    string `json:"userAgent"`
	Location *struct {
		Country string `json:"countryCode"`
		Region  string `json:"regionName"`
		City    string `json:"cityName"`
	} `json:"visitLocation"`
}

func (v *shlinkVisit) click(link string) Click {
	c := Click{Link: link, Time: v.Date.Time, Referrer: referrer(v.Referer), UserAgent: clean(v.Agent)}
	if p := v.Location; p != nil {
		c.Country, c.Region, c.City = country(p.Country), clean(p.Region), clean(p.City)
	}
	return c
}

// shlinkAPI is version 3 of the REST API.
type shlinkAPI struct {
	*api

	visited []visitedCode
}

// visitedCode is a short URL that has visits.
type visitedCode struct{ id, code, domain string }

const (
	shlinkPage   = 100
	shlinkVisits = 1_000
)

// shlinkPages is what the API says of a list's length.
type shlinkPages struct {
	Pages int `json:"pagesCount"`
}

// Links implements Source.
func (s *shlinkAPI) Links(ctx context.Context, each func(Link) error) error {
	s.visited = nil
	for n := 1; n < apiPages; n++ {
		var a struct {
			List struct {
				Data  []shlinkAnswer `json:"data"`
				Pages shlinkPages    `json:"pagination"`
			} `json:"shortUrls"`
		}
		q := page("page", n, "itemsPerPage", shlinkPage)
		q.Set("orderBy", "dateCreated-ASC")
		if err := s.get(ctx, "/rest/v3/short-urls", q, &a); err != nil {
			return err
		}
		for i := range a.List.Data {
			one := &a.List.Data[i]
			l := one.link()
			if one.Visits.Total > 0 {
				s.visited = append(s.visited, visitedCode{l.ID, one.Code, one.Domain})
			}
			if err := each(l); err != nil {
				return err
			}
		}
		if n >= a.List.Pages.Pages {
			return nil
		}
	}
	return errCircle
}

// Clicks implements Source. Visits are told newest first, so each short URL's are read to the end.
func (s *shlinkAPI) Clicks(ctx context.Context, each func(Click) error) error {
	for _, v := range s.visited {
		visits, err := s.visits(ctx, v)
		if err != nil {
			return err
		}
		slices.SortStableFunc(visits, func(a, b Click) int { return a.Time.Compare(b.Time) })
		for _, c := range visits {
			if err := each(c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *shlinkAPI) visits(ctx context.Context, v visitedCode) (all []Click, err error) {
	for n := 1; n < apiPages; n++ {
		q := page("page", n, "itemsPerPage", shlinkVisits)
		if v.domain != "" {
			q.Set("domain", v.domain)
		}
		var a struct {
			List struct {
				Data  []shlinkVisit `json:"data"`
				Pages shlinkPages   `json:"pagination"`
			} `json:"visits"`
		}
		if err := s.get(ctx, "/rest/v3/short-urls/"+url.PathEscape(v.code)+"/visits", q, &a); err != nil {
			return nil, err
		}
		for i := range a.List.Data {
			all = append(all, a.List.Data[i].click(v.id))
		}
		if n >= a.List.Pages.Pages {
			slices.Reverse(all)
			return all, nil
		}
	}
	return nil, errCircle
}
