package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// Destinations that every API takes.
const (
	before = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"
	after  = "https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3"
)

// TestEveryDialectWithEveryOther: a link made through one API is read, edited, visited and
// deleted through another, and all of them tell the same of it.
func TestEveryDialectWithEveryOther(t *testing.T) {
	g := speak(t)
	apis := []string{"pocolink", "linkpack", "linxly", "spotify", "smartlinks"}
	for m, maker := range apis {
		for o, other := range apis {
			t.Run(maker+" and "+other, func(t *testing.T) {
				t.Parallel()
				g := g.on(t)
				account := g.account(maker+"."+other, domain.Free)
				all := g.tongues(g.key(account, maker))
				others := g.tongues(g.key(account, other)) // another key of the account
				live(t, g, all, all[m], others[o], maker+other)
			})
		}
	}
}

// live is the life of a link.
func live(t *testing.T, g polyglot, all []tongue, maker, other tongue, slug string) {
	t.Helper()
	slug = maker.create(slug, before)
	url := g.p.Redirect + "/" + slug
	follow(t, http.MethodGet, url, firefox, maker.redirect(), before)
	follow(t, http.MethodGet, url, googlebot, maker.redirect(), before)
	l, ok := other.read(slug)
	if !ok || l.slug != slug || l.to != before {
		t.Fatalf("%s shows %+v, %t", other.name(), l, ok)
	}
	other.edit(l, after)
	plain, _ := all[0].read(slug)
	all[0].(native).awaitClicks(plain.id, 1, 1, 0)
	for _, each := range all {
		if l, ok := each.read(slug); !ok || l.slug != slug || l.to != after || l.clicks != 1 {
			t.Errorf("%s shows %+v, %t", each.name(), l, ok)
		}
	}
	followSoon(t, url, maker.redirect(), after)
	c := all[0].(native)
	c.went(plain.id, "destination "+other.name(), "created "+maker.name())
	other.remove(l)
	for _, each := range all {
		if l, ok := each.read(slug); ok {
			t.Errorf("%s still shows %+v", each.name(), l)
		}
	}
	followSoon(t, url, http.StatusNotFound, "")
	c.went(plain.id, "deleted "+other.name()) // nothing else is left of it
}

// went checks what happened to a link and through which API, newest first.
func (n native) went(id string, want ...string) {
	n.tb.Helper()
	var a struct{ History []struct{ Event, Via string } }
	n.must(http.StatusOK, "GET", "/v1/links/"+id+"/history", &a, "")
	var got []string
	for _, h := range a.History {
		got = append(got, h.Event+" "+h.Via)
	}
	if !slices.Equal(got, want) {
		n.tb.Errorf("its history is %q, want %q", got, want)
	}
}

// TestBadInputLeavesNothing: what is wrong with a part of a request, in any API, keeps all of it
// from being done.
func TestBadInputLeavesNothing(t *testing.T) {
	g := speak(t)
	account := g.account("bad.input", domain.Free)
	all := g.tongues(g.key(account, "pocolink"))
	all[0].create("untouched", before)
	ids := []string{"{to}", after}
	for _, each := range all {
		l, _ := each.read("untouched")
		ids = append(ids, "{"+each.name()+"}", l.id)
	}
	fill := strings.NewReplacer(ids...)
	for i, requests := range [][][4]string{
		{
			{"POST", "/v1/links", `{"url":"nowhere","custom_slug":"bad1"}`, "400"},
			{"POST", "/v1/links", `{"url":"{to}","custom_slug":"b d"}`, "422"},
			{"POST", "/v1/links", `{"url":"{to}","rules":[{"url":"{to}","conditions":[]},{"url":"nowhere"}]}`, "400"},
			{"POST", "/v1/links", `{"url":"{to}"`, "422"},
			{"POST", "/v1/links/bulk", `{"atomic":true,"operations":[{"op":"update","id":"{api}","url":"{to}"},{"op":"create","url":"nowhere"}]}`, "400"},
			{"PATCH", "/v1/links/{api}", `{"url":"{to}","expires_at":"yesterday"}`, "422"},
			{"PATCH", "/v1/links/{api}", `{"url":"{to}","custom_slug":"a/b"}`, "422"},
			{"PATCH", "/v1/links/{api}", `{"url":"{to}","redirect_status":200}`, "422"},
		}, {
			{"POST", "/api/v1/shorten", `{"longUrl":"nowhere"}`, "400"},
			{"POST", "/api/v1/shorten", `{}`, "400"},
			{"PATCH", "/api/v1/link/{linkpack}", `{"long_url":"{to}","utm_source":7}`, "400"},
			{"PATCH", "/api/v1/link/{linkpack}", `{"long_url":"{to}","traffic_routing":[{"condition":"time","value":"9-5","destination":"{to}"}]}`, "400"},
			{"PATCH", "/api/v1/link/{linkpack}", `{"long_url":"{to}","retargeting_scripts":[{"placement":"foot","content":"x"}]}`, "400"},
			{"PATCH", "/api/v1/link/{linkpack}", `{"long_url":"{to}"`, "400"},
		}, {
			{"POST", shortLinks, `{"destination_url":"nowhere","short_code":"bad2"}`, "422"},
			{"POST", shortLinks, `{"short_code":"bad3"}`, "422"},
			{"PUT", shortLinks + "/untouched", `{"destination_url":"{to}","short_code":"b d"}`, "422"},
			{"PUT", shortLinks + "/untouched", `{"destination_url":"{to}","utm":{"utm_source":7}}`, "422"},
			{"PUT", shortLinks + "/untouched", `{"destination_url":"{to}","status":"maybe"}`, "422"},
			{"PUT", shortLinks + "/untouched", `[]`, "422"},
		}, {
			{"POST", "/api/links", `{"from":"https://example.com/"}`, "400"},
			{"POST", "/api/links", `{"from":"{to}","slug":"not-alnum"}`, "400"},
			{"POST", "/api/links", `{"from":"{to}","slug":"admin"}`, "400"},
			{"PATCH", "/api/links/{spotify}", `{"from":"https://example.com/","slug":"other"}`, "400"},
			{"PATCH", "/api/links/{spotify}", `{"from":"{to}","slug":"api"}`, "400"},
			{"POST", "/api/links/bulk-delete", `{"ids":["{spotify}","2","3","4","5","6"]}`, "400"},
			{"POST", "/api/links/bulk-delete", `{"ids":"{spotify}"}`, "400"},
		}, {
			{"POST", "/v1/links", `{"url":"nowhere","shortCode":"bad4"}`, "400"},
			{"POST", "/v1/links", `{"url":"{to}","metadata":7}`, "400"},
			{"PATCH", "/v1/links/{smartlinks}", `{"url":"{to}","metadata":[]}`, "400"},
			{"PATCH", "/v1/links/{smartlinks}", `{"url":"{to}","shortCode":"b d"}`, "400"},
			{"PATCH", "/v1/links/{smartlinks}", `{"url":"{to}","title":7}`, "400"},
			{"POST", "/v1/qr-codes", `{"linkId":"{smartlinks}","size":7}`, "400"},
		},
	} {
		for _, r := range requests {
			if status := all[i].call(r[0], fill.Replace(r[1]), fill.Replace(r[2])); fmt.Sprint(status) != r[3] {
				t.Errorf("%s: %s %s %s answered %d, want %s", all[i].name(), r[0], r[1], r[2], status, r[3])
			}
		}
	}
	var count struct{ Count int }
	var history struct{ History []struct{ Event string } }
	l, ok := all[0].read("untouched")
	all[0].(native).must(http.StatusOK, "GET", "/v1/links/count?status=any", &count, "")
	all[0].(native).must(http.StatusOK, "GET", "/v1/links/"+l.id+"/history", &history, "")
	if !ok || l.to != before || count.Count != 1 || len(history.History) != 1 {
		t.Errorf("there are %d links, and the one there was is %+v after %v", count.Count, l, history.History)
	}
}

// TestRulesPassLinkPack: what Link Pack has no words for stays as it was made, whether a PATCH
// leaves the rules out or sends back what it was shown of them.
func TestRulesPassLinkPack(t *testing.T) {
	g := speak(t)
	all := g.tongues(g.key(g.account("rules", domain.Free), "linkpack"))
	plain, pack := all[0].(native), all[1].(linkPack)
	type ruled struct{ Link struct{ Rules []any } }
	var made, now ruled
	plain.must(http.StatusCreated, "POST", "/v1/links", &made, `{"url":%q,"custom_slug":"ruled","rules":[
		{"id":"berlin","url":"https://example.com/berlin","percentage":50,"conditions":[{"kind":"country","values":["DE"]},{"kind":"browser","values":["Firefox"],"not":true}]},
		{"id":"weekend","url":"https://example.com/weekend","conditions":[{"kind":"weekday","weekdays":["sat","sun"],"zone":"Europe/Berlin"}]},
		{"id":"phones","url":"https://example.com/phones","conditions":[{"kind":"device","values":["mobile"]}]}]}`, before)
	l, _ := pack.read("ruled")
	var shown map[string]any
	pack.must(http.StatusOK, "PATCH", "/api/v1/link/"+l.id, &shown, `{"utm_source":"newsletter"}`)
	routes, _ := shown["traffic_routing"].([]any)
	if len(routes) != 3 {
		t.Fatalf("Link Pack shows %v", shown)
	}
	for i, want := range []string{"berlin custom", "weekend custom", "phones device"} {
		route, _ := routes[i].(map[string]any)
		if got := fmt.Sprint(route["id"], " ", route["condition"]); got != want {
			t.Errorf("Link Pack shows %s, want %s", got, want)
		}
	}
	for _, body := range []string{`{"long_url":"` + after + `"}`, encode(t, map[string]any{"traffic_routing": routes})} {
		pack.must(http.StatusOK, "PATCH", "/api/v1/link/"+l.id, nil, "%s", body)
		plain.must(http.StatusOK, "GET", "/v1/links/by-slug/ruled", &now, "")
		if !reflect.DeepEqual(now, made) {
			t.Errorf("after %s the rules are %v, and were %v", body, now, made)
		}
	}
}

// TestWhatOneSaysOthersShow: one link gets what only some APIs know of, each from one of them, and
// every other that knows of it shows it. None takes away what it doesn't know.
func TestWhatOneSaysOthersShow(t *testing.T) {
	g := speak(t)
	all := g.tongues(g.key(g.account("traits", domain.Free), "linxly"))
	plain, pack, linx, spot, smart := all[0].(native), all[1].(linkPack), all[2].(linxly), all[3].(spotify), all[4].(smartLinks)
	spot.create("everything", before)
	l := map[string]string{}
	for _, each := range all {
		shown, _ := each.read("everything")
		l[each.name()] = shown.id
	}
	plain.must(http.StatusOK, "PATCH", "/v1/links/"+l["api"], nil, `{"note":"ours","expires_at":"2099-09-01T00:00:00Z"}`)
	pack.must(http.StatusOK, "PATCH", "/api/v1/link/"+l["linkpack"], nil,
		`{"utm_source":"pack","traffic_routing":[{"id":"us","condition":"geo","value":"US","destination":"https://example.com/us"}]}`)
	smart.must(http.StatusOK, "PATCH", "/v1/links/"+l["smartlinks"], nil, `{"title":"Smart","metadata":{"campaign":"summer"}}`)
	linx.must(http.StatusOK, "PUT", shortLinks+"/everything", nil, `{"status":false}`)
	followSoon(t, g.p.Redirect+"/everything", http.StatusNotFound, "")
	spot.must(http.StatusOK, "PATCH", "/api/links/"+l["spotify"], nil, `{"from":%q}`, after)

	var one, two, three, four map[string]any
	plain.must(http.StatusOK, "GET", "/v1/links/"+l["api"], &one, "")
	pack.must(http.StatusOK, "PATCH", "/api/v1/link/"+l["linkpack"], &two, "{}")
	linx.must(http.StatusOK, "GET", shortLinks+"/everything", &three, "")
	smart.must(http.StatusOK, "GET", "/v1/links/"+l["smartlinks"], &four, "")
	for _, c := range []struct {
		shown any
		want  string
	}{
		{one["link"], `{"long_url":"` + after + `","note":"ours","expires_at":"2099-09-01T00:00:00Z","title":"Smart","metadata":{"campaign":"summer"},"enabled":false,"utm_source":"pack","redirect_status":301,
			"rules":[{"id":"us","url":"https://example.com/us","conditions":[{"kind":"country","values":["US"]}]}]}`},
		{two, `{"longUrl":"` + after + `","utm_source":"pack","utm_medium":null,"traffic_routing":[{"id":"us","condition":"geo","value":"US","destination":"https://example.com/us"}]}`},
		{three["data"], `{"destination_url":"` + after + `","utm":{"utm_source":"pack","utm_medium":null,"utm_campaign":null,"utm_term":null,"utm_content":null},
			"schedules":[{"start_at":null,"end_at":"2099-09-01 00:00:00"}]}`},
		{four, `{"url":"` + after + `","title":"Smart","metadata":{"campaign":"summer"}}`},
	} {
		var want any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range (&example{more: true}).compare("the link", want, c.shown, false) {
			t.Error(wrong)
		}
	}
	linx.must(http.StatusOK, "PUT", shortLinks+"/everything", nil, `{"status":true}`)
	followSoon(t, g.p.Redirect+"/everything", http.StatusMovedPermanently, after+"?utm_source=pack")
}

// TestLinkPackAloneIsInAHurry: ten requests a second are allowed there, and with the same key as
// many as one likes anywhere else.
func TestLinkPackAloneIsInAHurry(t *testing.T) {
	g := speak(t)
	all := g.tongues(g.key(g.account("hurry", domain.Free), "linkpack"))
	const tries = 100
	refused := func(path string, c caller) int {
		var n atomic.Int64
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range tries / 20 {
					switch status := c.call("GET", path, ""); status {
					case http.StatusTooManyRequests:
						n.Add(1)
					case http.StatusOK, http.StatusNotFound:
					default:
						t.Errorf("%s answered %d", path, status)
					}
				}
			})
		}
		wg.Wait()
		return int(n.Load())
	}
	begin := time.Now()
	pack := refused("/api/v1/stats/nothing", all[1].(linkPack).caller)
	seconds := int(time.Since(begin)/time.Second) + 2 // the first and the last are not whole
	if allowed := tries - pack; allowed < 10 || allowed > 10*seconds {
		t.Errorf("Link Pack allowed %d requests within %d s", allowed, seconds)
	}
	if n := refused("/v1/links", all[0].(native).caller); n > 0 {
		t.Errorf("the native API refused %d of %d requests", n, tries)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
