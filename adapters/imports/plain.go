package imports

import (
	"cmp"
	"strings"
)

// anyCSV: a table of links with at least an address, and a table of clicks with at least a link and
// a time. Columns go by the names that people and products give them.
func anyCSV() format {
	links := table{layout: layout{map[string][]string{
		"url": {"url", "longurl", "destination", "destinationurl", "target", "originalurl", "targeturl"},
		"id":  {"externalid", "id", "linkid"}, "short": {"shorturl", "shortlink", "bitlink"}, "slug": {"slug", "customslug", "keyword", "alias", "shortcode", "backhalf", "key", "path"},
		"domain": {"domain", "host"}, "title": {"title", "name"}, "note": {"note", "notes", "comments", "description"}, "tags": {"tags", "labels"},
		"created": {"createdat", "created", "date", "datecreated", "timestamp"}, "starts": {"validfrom", "startsat", "validsince"},
		"expires": {"expiresat", "expires", "validuntil", "expirationdate"}, "clicks": {"clicks", "visits", "hits", "totalclicks"},
		"archived": {"archived"},
	}, []string{"url"}}, link: csvLink}
	clicks := table{layout: layout{map[string][]string{
		"link": {"link", "shorturl", "slug", "keyword", "shortcode"}, "time": {"time", "clickedat", "clicktime", "date", "timestamp", "datetime"},
		"count": {"count", "clicks"}, "country": {"country", "countrycode"}, "region": {"region"}, "city": {"city"},
		"referrer": {"referrer", "referer", "referrerurl"}, "agent": {"useragent"}, "language": {"language"},
		"source": {"utmsource"}, "medium": {"utmmedium"}, "campaign": {"utmcampaign"}, "term": {"utmterm"}, "content": {"utmcontent"},
	}, []string{"link", "time"}}, click: csvClick}
	return format{tables: tables{links, clicks}}
}

func csvLink(r *row) Link {
	l := newLink("", r.get("url"))
	if short := r.get("short"); short != "" {
		l.place(short)
	}
	l.Host, l.Slug = cmp.Or(r.get("domain"), l.Host), cmp.Or(r.get("slug"), l.Slug)
	l.ID, l.Clicks = cmp.Or(l.Slug, r.get("id"), r.get("url")), r.count("clicks")
	l.setText("title", r.get("title"), maxTitle)
	l.setText("note", r.get("note"), maxNote)
	l.setTags(strings.FieldsFunc(r.get("tags"), func(r rune) bool { return r == '|' || r == ',' || r == ';' }))
	l.set("archived", r.yes("archived"))
	for field, member := range map[string]string{"starts": "valid_from", "expires": "expires_at"} {
		at, err := r.time(field)
		l.set(member, at)
		l.Err = cmp.Or(l.Err, err)
	}
	if l.Err == nil {
		l.Created, l.Err = r.time("created")
	}
	return l
}

func csvClick(r *row) Click {
	at, err := r.time("time")
	link := r.get("link")
	if strings.Contains(link, "/") { // a short URL
		link = lastPart(strings.TrimRight(link, "/"))
	}
	return Click{
		Link: link, Time: at, Err: err, Count: r.count("count"), Country: country(r.get("country")), Region: clean(r.get("region")), City: clean(r.get("city")),
		Referrer: referrer(r.get("referrer")), UserAgent: clean(r.get("agent")), Language: clean(r.get("language")),
		UTMSource: clean(r.get("source")), UTMMedium: clean(r.get("medium")), UTMCampaign: clean(r.get("campaign")), UTMTerm: clean(r.get("term")), UTMContent: clean(r.get("content")),
	}
}
