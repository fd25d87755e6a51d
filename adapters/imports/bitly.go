package imports

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bitly: its CSV of links, answers of its API, and the API itself, which tells the clicks of days.
func bitly() format {
	links := table{layout: layout{map[string][]string{
		"short": {"bitlink", "shortlink", "link", "shorturl", "backhalf", "id"}, "url": {"longurl", "destinationurl", "destination", "originalurl"},
		"title": {"title", "bitlinktitle", "linktitle"}, "created": {"createdat", "created", "datecreated", "creationdate", "createddate"}, "tags": {"tags"},
		"clicks": {"clicks", "totalclicks", "engagements", "totalengagements"}, "archived": {"archived"},
	}, []string{"short", "url"}}, link: bitlyRow}
	return format{tables: tables{links}, link: bitlyObject, home: "https://api-ssl.bitly.com", api: func(a *api) Source {
		a.header = [2]string{"Authorization", "Bearer "}
		return &bitlyAPI{api: a}
	}}
}

func bitlyRow(r *row) Link {
	l := newLink("", r.get("url"))
	l.place(r.get("short"))
	l.ID, l.Clicks = l.Host+"/"+l.Slug, r.count("clicks")
	l.setText("title", r.get("title"), maxTitle)
	l.setTags(strings.FieldsFunc(r.get("tags"), func(r rune) bool { return r == '|' || r == ',' || r == ';' }))
	l.set("archived", r.yes("archived"))
	l.Created, l.Err = r.time("created")
	return l
}

// bitlyAnswer is a Bitlink in the API's answers.
type bitlyAnswer struct {
	ID       string   `json:"id"`
	Link     string   `json:"link"`
	Custom   []string `json:"custom_bitlinks"`
	Long     string   `json:"long_url"`
	Title    string   `json:"title"`
	Archived bool     `json:"archived"`
	Tags     []string `json:"tags"`
	Created  moment   `json:"created_at"`
}

func bitlyObject(raw json.RawMessage, _ *time.Location) (Link, bool) {
	a, err := as[bitlyAnswer](raw)
	if err != nil {
		return Link{Err: err}, true
	}
	return a.entry(), a.Long != ""
}

func (a *bitlyAnswer) entry() Link {
	l := newLink(a.ID, a.Long)
	l.place(cmp.Or(a.Link, a.ID))
	if n := len(a.Custom); n > 0 { // what people have printed
		drawn := l.Host + "/" + l.Slug
		l.place(a.Custom[n-1])
		if drawn != l.Host+"/"+l.Slug {
			l.lose("the back-half " + drawn)
		}
		for _, other := range a.Custom[:n-1] {
			l.lose("the back-half " + other)
		}
	}
	l.Created = a.Created.Time
	l.setText("title", a.Title, maxTitle)
	l.setTags(a.Tags)
	l.set("archived", a.Archived)
	return l
}

// bitlyAPI is version 4 of the API.
type bitlyAPI struct {
	*api

	links []string
}

const bitlyPage = 100

// Links implements Source: those of all groups.
func (b *bitlyAPI) Links(ctx context.Context, each func(Link) error) error {
	b.links = nil
	var a struct {
		Groups []struct {
			GUID string `json:"guid"`
		} `json:"groups"`
	}
	if err := b.get(ctx, "/v4/groups", nil, &a); err != nil {
		return err
	}
	for _, g := range a.Groups {
		if err := b.group(ctx, g.GUID, each); err != nil {
			return err
		}
	}
	return nil
}

func (b *bitlyAPI) group(ctx context.Context, guid string, each func(Link) error) error {
	q := url.Values{"size": {strconv.Itoa(bitlyPage)}, "archived": {"both"}}
	for range apiPages {
		var a struct {
			Links []bitlyAnswer `json:"links"`
			Page  struct {
				After string `json:"search_after"`
				Next  string `json:"next"`
			} `json:"pagination"`
		}
		if err := b.get(ctx, "/v4/groups/"+url.PathEscape(guid)+"/bitlinks", q, &a); err != nil {
			return err
		}
		for i := range a.Links {
			b.links = append(b.links, a.Links[i].ID)
			if err := each(a.Links[i].entry()); err != nil {
				return err
			}
		}
		if a.Page.Next == "" || a.Page.After == "" {
			return nil
		}
		q.Set("search_after", a.Page.After)
	}
	return errCircle
}

// Clicks implements Source: so many on each day.
func (b *bitlyAPI) Clicks(ctx context.Context, each func(Click) error) error {
	for _, id := range b.links {
		var a struct {
			Days []struct {
				Date   moment `json:"date"`
				Clicks uint64 `json:"clicks"`
			} `json:"link_clicks"`
		}
		host, slug, _ := strings.Cut(id, "/")
		path := "/v4/bitlinks/" + url.PathEscape(host) + "/" + url.PathEscape(slug) + "/clicks"
		if err := b.get(ctx, path, url.Values{"unit": {"day"}, "units": {"-1"}}, &a); err != nil {
			return err
		}
		counts := make([]count, len(a.Days))
		for i, d := range a.Days {
			counts[i] = count{d.Date, d.Clicks}
		}
		slices.SortStableFunc(counts, func(a, b count) int { return a.At.Compare(b.At.Time) })
		if err := tellCounts(id, counts, each); err != nil {
			return err
		}
	}
	return nil
}
