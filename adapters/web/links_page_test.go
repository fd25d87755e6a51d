package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

func TestLinkPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.rich()
	s := d.get(string(linkPath(l.Number))).want(200, "All of it, again", "12 345", "Limit reached", "newsletter", "Europe/Berlin", "set",
		"50 % of parameter ref is a, b, c and parameter debug is not there → https://example.com/b")
	if strings.Contains(s.Body, "hash-of-secret") {
		t.Error("the password's hash is in the page")
	}
	copies := 0
	for n := range s.tree.Descendants() {
		if attr(n, "data-copy") == "https://pocolink.com/everything" {
			copies++
		}
	}
	if copies != 1 {
		t.Errorf("%d buttons copy the short URL", copies)
	}
}

// The code is the API's, whatever somebody wants it to look like.
func TestQRCode(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.made("code")
	at := string(linkPath(l.Number))
	pictures := func(query string) (src, download string) {
		for n := range d.get(at + "?" + query).want(200).tree.Descendants() {
			if n.Data == "img" {
				src = attr(n, "src")
			}
			if has(n, "download") {
				download = attr(n, "download")
			}
		}
		return src, download
	}
	src, download := pictures("")
	if want := "/v1/links/" + l.Number.String() + "/qr?background=%23ffffff&color=%23000000&format=png&level=M&margin=4&size=500"; src != want || download != "code.png" {
		t.Errorf("%s as %s", src, download)
	}
	src, download = pictures("size=128&format=svg&color=%23AA0000&transparent=on&level=H&margin=0")
	if want := "/v1/links/" + l.Number.String() + "/qr?background=transparent&color=%23aa0000&format=svg&level=H&margin=0&size=128"; src != want || download != "code.svg" {
		t.Errorf("%s as %s", src, download)
	}
	if code := qrCodeOf(url.Values{"size": {"9"}, "margin": {"99"}, "format": {"exe"}, "level": {"Z"}, "color": {`"><x>`}, "background": {"#12345g"}}); code != qrCodeOf(nil) {
		t.Errorf("nonsense makes %+v", code)
	}
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.made("switched")
	at, state := string(linkPath(l.Number)), string(linkPath(l.Number, "state"))
	press := func(do, say string) {
		t.Helper()
		f := d.get(at).form(state)
		f.set("do", do).send().want(200, say)
	}
	press("disable", "Switched off: visitors are told")
	press("archive", "Archived")
	if now := d.State.Links[l.Number]; !now.Disabled || !now.Archived {
		t.Errorf("%+v", now)
	}
	press("enable", "Switched on")
	press("restore", "Restored: the link works again")
	f := d.get(at).form(state)
	f.set("do", "explode").send().want(422)
	f = d.get(at).form(state)
	d.Fault = "not done"
	s := f.set("do", "archive").send().want(503, "This was not done", "Try again")
	d.Fault = ""
	s.form(state).send().want(200, "Archived")
}

func TestHistoryTellsWho(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.rich()
	at := string(linkPath(l.Number))
	d.get(at+"/history").want(200, "Changed by Ann", "Changed by Key “Shop”", "API", "Made by Ann", "All of it", "All of it, again",
		"https://www.example.com/shop?color=green", "https://www.example.com/shop?color=blue")
	d.updated(l, "usr_gone", func(u *domain.UpdateLink) {
		u.Patch = domain.Patch{Set: domain.Fields(0).With(domain.FieldDisabled), To: domain.Traits{Disabled: true}}
	})
	d.get(at+"/history").want(200, "Switched off by usr_gone", "Switched on yes → no")
	d.get(at+"/history?before=2").want(200, "Made by Ann").lacks("Switched off")
}

// The newest change is undone, or all since another one; both are changes themselves.
func TestUndo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.rich()
	at, revert := string(linkPath(l.Number)), string(linkPath(l.Number, "revert"))
	undo := d.get(at).form(revert, "2")
	undo.send().want(200, "The link is again what it was", "shop?color=green")
	if now := d.State.Links[l.Number]; now.Version != 4 || now.Destination != "https://www.example.com/shop?color=green" || now.Title != "All of it, again" {
		t.Errorf("%+v", now)
	}
	undo.send().want(200) // the same form again: done once
	d.get(at).form(revert, "1").send().want(200)
	if now := d.State.Links[l.Number]; now.Version != 5 || now.Title != "All of it" || now.Password != "hash-of-secret" {
		t.Errorf("%+v", now)
	}
	stale := d.get(at).form(revert, "3")
	d.updated(l, "usr_ann", func(u *domain.UpdateLink) { u.Slug = new(domain.Slug("moved")) })
	stale.send().want(409, "Somebody else changed this")
	d.post(revert, url.Values{tokenField: stale.values[tokenField], "version": {"99"}}).want(404)
}

func TestLinkIsDeletedAfterAWord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.made("ending")
	at := string(linkPath(l.Number, "delete"))
	f := d.get(at).want(200, "Delete pocolink.com/ending?").form(at)
	f.set("confirm", "end").send().want(422, "Type ending").form(at).set("confirm", "ending").send().want(200, "The link pocolink.com/ending is deleted", "No links yet")
	d.get(string(linkPath(l.Number))).want(404)
}

// A deletion that nobody could promise is told as done when it is asked for again.
func TestUnfinishedDeletion(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.made("ending")
	at := string(linkPath(l.Number, "delete"))
	f := d.get(at).form(at).set("confirm", "ending")
	d.Fault = "unknown"
	again := f.send().want(503, "isn't known yet").form(at)
	d.Fault = ""
	again.send().want(200, "The link is deleted")
}

func TestSparkline(t *testing.T) {
	t.Parallel()
	for want, numbers := range map[string][]uint64{
		"":                             nil,
		"0.0,29.0":                     {0},
		"0.0,29.0 50.0,1.0 100.0,15.0": {0, 4, 2},
	} {
		if got := sparkline(numbers); got != want {
			t.Errorf("%v: %s, want %s", numbers, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	v := url.Values{"rules[7].url": {"b"}, "rules[2].url": {"a"}, "rules[2].conditions[0].kind": {"k"}, "rules[x].url": {"no"}, "rules[-1].url": {"no"}, "rules[5]": {"no"}, "title": {"t"}}
	groups := groupsOf(v, "rules")
	if len(groups) != 2 || groups[0].Get("url") != "a" || groups[1].Get("url") != "b" || groupsOf(groups[0], "conditions")[0].Get("kind") != "k" {
		t.Fatalf("%v", groups)
	}
	back := withGroups(v, "rules", moved(groups, 0, +1))
	if back.Get("rules[0].url") != "b" || back.Get("rules[1].conditions[0].kind") != "k" || back.Get("title") != "t" || len(back) != 4 {
		t.Errorf("%v", back)
	}
	if got := removed(groups, 9); len(got) != 2 {
		t.Error("what isn't there was removed")
	}
}
