package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

type linksCmd struct {
	Create  linksCreateCmd  `cmd:"" help:"Create a link."`
	List    linksListCmd    `cmd:"" help:"List links."`
	Show    linksShowCmd    `cmd:"" help:"Show a link, as it is or as it was."`
	Edit    linksEditCmd    `cmd:"" help:"Change a link."`
	Delete  linksDeleteCmd  `cmd:"" help:"Delete links and their analytics, for good."`
	Archive linksArchiveCmd `cmd:"" help:"Put links away; visitors get 404 until they are restored."`
	Restore linksRestoreCmd `cmd:"" help:"Take links back out of the archive."`
	History linksHistoryCmd `cmd:"" help:"Show who changed what of a link, newest first."`
	Revert  linksRevertCmd  `cmd:"" help:"Make a link like it was at a version."`
}

// remoteLink is what tables show of a link.
type remoteLink struct {
	ID       string   `json:"id"`
	ShortURL string   `json:"short_url"`
	LongURL  string   `json:"long_url"`
	Slug     string   `json:"slug"`
	Clicks   uint64   `json:"clicks"`
	Created  string   `json:"created_at"`
	Status   string   `json:"status"`
	Version  uint64   `json:"version"`
	Title    string   `json:"title"`
	Tags     []string `json:"tags"`
}

// foundLink is a link with all the API says of it.
type foundLink struct {
	remoteLink

	all json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *foundLink) UnmarshalJSON(text []byte) error {
	f.all = append(f.all[:0], text...)
	return json.Unmarshal(text, &f.remoteLink)
}

// oneLink is the answer to most requests about links.
type oneLink struct {
	Link foundLink `json:"link"`
}

// allMembers asks for members that are not set as well, so that programs meet them all.
func allMembers() url.Values { return url.Values{"fields": {"all"}} }

var linkID = regexp.MustCompile(`^lnk_[0-9a-z]+$`)

// find is the link that a LINK means.
func (r *remote) find(ctx context.Context, name string) (foundLink, error) {
	path, q := "/links/"+name, allMembers()
	if !linkID.MatchString(name) {
		host, slug, err := parseLinkName(name)
		if err != nil {
			return foundLink{}, err
		}
		path = "/links/by-slug/" + url.PathEscape(slug)
		if host != "" {
			q.Set("domain", host)
		}
	}
	var a oneLink
	err := r.get(ctx, path, q, &a)
	if f, ok := errors.AsType[*refusal](err); ok && f.HTTP == http.StatusNotFound {
		f.Message = fmt.Sprintf("%s: %s", name, f.Message)
	}
	return a.Link, err
}

// id is the id that a LINK means; only a slug has to be asked for.
func (r *remote) id(ctx context.Context, name string) (string, error) {
	if linkID.MatchString(name) {
		return name, nil
	}
	l, err := r.find(ctx, name)
	return l.ID, err
}

// parseLinkName reads a short URL, with or without its scheme, or a slug alone.
func parseLinkName(name string) (host, slug string, err error) {
	rest := name
	if _, after, ok := strings.Cut(name, "://"); ok {
		rest = after
	} else if !strings.Contains(name, "/") {
		if name == "" || strings.ContainsAny(name, "?#%") {
			return "", "", misused("%q is no link: give an id, a slug or a short URL", name)
		}
		return "", name, nil
	}
	u, err := url.Parse("http://" + rest)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") == "" || strings.Contains(strings.Trim(u.Path, "/"), "/") {
		return "", "", misused("%q is no link: give an id, a slug or a short URL", name)
	}
	return u.Host, strings.Trim(u.Path, "/"), nil
}

// show writes a link as people or programs want it.
func (s remoteSettings) show(t *terminal, l *foundLink) error {
	if s.JSON {
		return printLine(t.out, l.all)
	}
	return showMembers(t, l)
}

// showMembers writes what is set of a link, a line each, in the API's words and order.
func showMembers(t *terminal, l *foundLink) error {
	members, err := orderedMembers(l.all)
	if err != nil {
		return err
	}
	p, widest := colours(t.out), 0
	for _, m := range members {
		widest = max(widest, len(m.name))
	}
	for _, m := range members {
		if _, err := fmt.Fprintf(t.out, "%s  %s\n", p.paint(dim, fmt.Sprintf("%-*s", widest, visible(m.name))), visible(m.text)); err != nil {
			return err
		}
	}
	return nil
}
