package imports

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
)

// dub: its CSV of links, answers of its API, and the API itself, which tells the clicks of days.
func dub() format {
	links := table{layout: layout{map[string][]string{
		"id": {"linkid", "id"}, "short": {"shortlink", "link"}, "domain": {"domain"}, "key": {"key"}, "url": {"destinationurl", "url"},
		"title": {"title"}, "description": {"description"}, "note": {"comments"}, "tags": {"tags"}, "external": {"externalid"},
		"created": {"createdat", "created", "createddate"}, "expires": {"expiresat"}, "clicks": {"clicks"}, "archived": {"archived"},
	}, []string{"short", "url"}}, link: dubRow}
	return format{tables: tables{links}, link: dubObject, home: "https://api.dub.co", api: func(a *api) Source {
		a.header = [2]string{"Authorization", "Bearer "}
		return &dubAPI{api: a}
	}}
}

func dubRow(r *row) Link {
	l := newLink(r.get("id"), r.get("url"))
	l.place(r.get("short"))
	l.ID, l.Clicks = cmp.Or(l.ID, l.Host+"/"+l.Slug), r.count("clicks")
	l.setText("title", r.get("title"), maxTitle)
	l.setText("preview_description", r.get("description"), maxPreview)
	l.setText("note", r.get("note"), maxNote)
	l.setTags(strings.Split(r.get("tags"), ","))
	l.set("external_id", clean(r.get("external")))
	l.set("archived", r.yes("archived"))
	if l.Created, l.Err = r.time("created"); l.Err == nil {
		var expires time.Time
		expires, l.Err = r.time("expires")
		l.set("expires_at", expires)
	}
	return l
}

// maxPreview is how long a preview's description may be.
const maxPreview = 1000

// dubAnswer is a link in the API's answers.
type dubAnswer struct {
	ID          string                  `json:"id"`
	Domain      string                  `json:"domain"`
	Key         string                  `json:"key"`
	External    string                  `json:"externalId"`
	URL         string                  `json:"url"`
	Archived    bool                    `json:"archived"`
	Expires     moment                  `json:"expiresAt"`
	ExpiredURL  string                  `json:"expiredUrl"`
	Password    string                  `json:"password"`
	Proxy       bool                    `json:"proxy"` // the preview is its own
	Title       string                  `json:"title"`
	Description string                  `json:"description"`
	Image       string                  `json:"image"`
	Indexed     bool                    `json:"doIndex"`
	Tags        []struct{ Name string } `json:"tags"`
	Comments    string                  `json:"comments"`
	IOS         string                  `json:"ios"`
	Android     string                  `json:"android"`
	Geo         map[string]string       `json:"geo"`
	UTMSource   string                  `json:"utm_source"`
	UTMMedium   string                  `json:"utm_medium"`
	UTMCampaign string                  `json:"utm_campaign"`
	UTMTerm     string                  `json:"utm_term"`
	UTMContent  string                  `json:"utm_content"`
	Clicks      uint64                  `json:"clicks"`
	Created     moment                  `json:"createdAt"`
}

func dubObject(raw json.RawMessage, _ *time.Location) (Link, bool) {
	a, err := as[dubAnswer](raw)
	if err != nil {
		return Link{Err: err}, true
	}
	return a.entry(), a.URL != "" || a.Key != ""
}

// entry is the link. Its UTM parameters are in its URL already.
func (a *dubAnswer) entry() Link {
	l := newLink(cmp.Or(a.ID, a.Domain+"/"+a.Key), a.URL)
	l.Host, l.Slug, l.Created, l.Clicks = a.Domain, a.Key, a.Created.Time, a.Clicks
	l.set("external_id", clean(a.External))
	l.setText("title", a.Title, maxTitle)
	l.setText("note", a.Comments, maxNote)
	tags := make([]string, len(a.Tags))
	for i, t := range a.Tags {
		tags[i] = t.Name
	}
	l.setTags(tags)
	l.set("archived", a.Archived)
	l.set("indexed", a.Indexed)
	l.set("expires_at", a.Expires.Time)
	l.set("expired_url", a.ExpiredURL)
	if a.Proxy {
		l.setText("preview_title", a.Title, maxTitle)
		l.setText("preview_description", a.Description, maxPreview)
		if strings.HasPrefix(a.Image, "https://") {
			l.set("preview_image", a.Image)
		}
	}
	for what, there := range map[string]bool{
		"its password": a.Password != "", "its targeting of devices": a.IOS != "" || a.Android != "", "its targeting of countries": len(a.Geo) > 0,
	} {
		if there {
			l.lose(what)
		}
	}
	slices.Sort(l.Lost)
	return l
}

// dubAPI is the API.
type dubAPI struct {
	*api

	visited []string
}

const dubPage = 100

// Links implements Source.
func (d *dubAPI) Links(ctx context.Context, each func(Link) error) error {
	d.visited = nil
	for n := 1; n < apiPages; n++ {
		var all []dubAnswer
		q := page("page", n, "pageSize", dubPage)
		q.Set("showArchived", "true")
		if err := d.get(ctx, "/links", q, &all); err != nil {
			return err
		}
		for i := range all {
			if all[i].Clicks > 0 {
				d.visited = append(d.visited, all[i].ID)
			}
			if err := each(all[i].entry()); err != nil {
				return err
			}
		}
		if len(all) < dubPage {
			return nil
		}
	}
	return errCircle
}

// Clicks implements Source: so many in each step of the series of all time, days or months.
func (d *dubAPI) Clicks(ctx context.Context, each func(Click) error) error {
	for _, id := range d.visited {
		var series []struct {
			Start  moment `json:"start"`
			Clicks uint64 `json:"clicks"`
		}
		q := url.Values{"event": {"clicks"}, "groupBy": {"timeseries"}, "interval": {"all"}, "timezone": {"UTC"}, "linkId": {id}}
		if err := d.get(ctx, "/analytics", q, &series); err != nil {
			return err
		}
		counts := make([]count, len(series))
		for i, s := range series {
			counts[i] = count{s.Start, s.Clicks}
		}
		slices.SortStableFunc(counts, func(a, b count) int { return a.At.Compare(b.At.Time) })
		if err := tellCounts(id, counts, each); err != nil {
			return err
		}
	}
	return nil
}
