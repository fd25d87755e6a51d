package imports

import (
	"context"
	"encoding/json"
	"time"
)

// kutt: answers of its API and the API itself, which tells links with their numbers of clicks; and
// its tables links and visits exported as CSV, where visits are counts of hours.
func kutt() format {
	links := table{layout: layout{map[string][]string{
		"id": {"id"}, "address": {"address"}, "url": {"target"}, "note": {"description"}, "created": {"createdat"}, "clicks": {"visitcount"},
		"expires": {"expirein"}, "password": {"password"}, "banned": {"banned"},
	}, []string{"address", "url"}}, link: kuttRow}
	visits := table{layout: layout{map[string][]string{
		"link": {"linkid"}, "time": {"createdat"}, "total": {"total"},
	}, []string{"link", "time", "total"}}, click: kuttVisits}
	return format{tables: tables{links, visits}, link: kuttObject, home: "https://kutt.it", api: func(a *api) Source {
		a.header = [2]string{"X-Api-Key"}
		return &kuttAPI{a}
	}}
}

func kuttRow(r *row) Link {
	l := newLink(r.get("id"), r.get("url"))
	if l.ID == "" {
		l.ID = r.get("address")
	}
	l.Slug, l.Clicks = r.get("address"), r.count("clicks")
	l.setText("title", r.get("note"), maxTitle)
	if l.Created, l.Err = r.time("created"); l.Err == nil {
		var expires time.Time
		expires, l.Err = r.time("expires")
		l.set("expires_at", expires)
	}
	l.kuttLost(r.get("password") != "", r.yes("banned"))
	return l
}

// kuttLost is what of a link stays behind. What was banned isn't made to work again.
func (l *Link) kuttLost(password, banned bool) {
	if password {
		l.lose("its password")
	}
	if banned {
		l.Members["enabled"] = false
	}
}

func kuttVisits(r *row) Click {
	at, err := r.time("time")
	return Click{Link: r.get("link"), Time: at, Err: err, Count: r.count("total")}
}

// kuttAnswer is a link in the API's answers.
type kuttAnswer struct {
	ID       string `json:"id"`
	Address  string `json:"address"`
	Link     string `json:"link"`
	Target   string `json:"target"`
	Note     string `json:"description"`
	Banned   bool   `json:"banned"`
	Password bool   `json:"password"`
	Created  moment `json:"created_at"`
	Expires  moment `json:"expire_in"`
	Visits   uint64 `json:"visit_count"`
}

func kuttObject(raw json.RawMessage, _ *time.Location) (Link, bool) {
	a, err := as[kuttAnswer](raw)
	if err != nil {
		return Link{Err: err}, true
	}
	return a.entry(), a.Target != ""
}

func (a *kuttAnswer) entry() Link {
	l := newLink(a.ID, a.Target)
	l.place(a.Link)
	l.Slug, l.Created, l.Clicks = a.Address, a.Created.Time, a.Visits
	if l.ID == "" {
		l.ID = l.Host + "/" + a.Address
	}
	l.setText("title", a.Note, maxTitle)
	l.set("expires_at", a.Expires.Time)
	l.kuttLost(a.Password, a.Banned)
	return l
}

// kuttAPI is version 2 of the API.
type kuttAPI struct{ *api }

const kuttPage = 50

// Links implements Source.
func (k *kuttAPI) Links(ctx context.Context, each func(Link) error) error {
	for skip := 0; skip < apiPages*kuttPage; skip += kuttPage {
		var a struct {
			Total int          `json:"total"`
			Data  []kuttAnswer `json:"data"`
		}
		if err := k.get(ctx, "/api/v2/links", page("skip", skip, "limit", kuttPage), &a); err != nil {
			return err
		}
		for i := range a.Data {
			if err := each(a.Data[i].entry()); err != nil {
				return err
			}
		}
		if skip+kuttPage >= a.Total || len(a.Data) == 0 {
			return nil
		}
	}
	return errCircle
}

// Clicks implements Source: the API tells shares of browsers and countries, and no day's count that
// could be told from another's.
func (*kuttAPI) Clicks(context.Context, func(Click) error) error { return nil }
