package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/linklog/linklog/domain"
)

// history makes up clicks as a busy installation sees them: few links have most of them
// (Zipf, s = 1.1), the same browsers, pages and places come again and again, and every fact is
// there. The same seed makes the same clicks.
type history struct {
	rng                                  *rand.Rand
	links, agents, places, pages, visits *rand.Zipf
	start                                time.Time
	step                                 time.Duration // mean time between two clicks
	epoch, sequence                      uint64
	browsers                             []string
	only                                 domain.LinkNumber // the one link that all clicks are of; 0: many
}

// length spreads the clicks over a time that ends now.
func (h *history) length(d time.Duration) {
	h.step = time.Duration(float64(d) / float64(days*24*time.Hour) * float64(h.step))
	h.start = time.Now().UTC().Add(-d - time.Minute)
}

const days = 90

func newHistory(links, clicks int) *history {
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // not a secret
	length := days * 24 * time.Hour
	h := &history{
		rng: rng, start: time.Now().UTC().Truncate(24 * time.Hour).Add(-length), step: length / time.Duration(clicks), epoch: rng.Uint64(),
		links: rand.NewZipf(rng, 1.1, 1, uint64(links-1)), places: rand.NewZipf(rng, 1.2, 1, 120), //nolint:gosec // positive
		pages: rand.NewZipf(rng, 1.2, 1, 300), visits: rand.NewZipf(rng, 1.1, 8, 1<<20),
	}
	for v := range 60 {
		h.browsers = append(h.browsers,
			fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS 17_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.%[1]d Mobile/15E148 Safari/604.1", v),
			fmt.Sprintf("Mozilla/5.0 (Linux; Android 14; SM-S9%02d) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1%02[1]d.0.0.0 Mobile Safari/537.36", v),
			fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1%02d.0.0.0 Safari/537.36", v),
			fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_%d) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", v),
			fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:1%02d.0) Gecko/20100101 Firefox/1%02[1]d.0", v),
			fmt.Sprintf("Mozilla/5.0 (compatible; Googlebot/2.%d; +http://www.google.com/bot.html)", v))
	}
	h.agents = rand.NewZipf(rng, 1.1, 4, uint64(len(h.browsers)-1))
	return h
}

// take makes the next n clicks.
func (h *history) take(n int) []domain.Click {
	clicks := make([]domain.Click, n)
	for i := range clicks {
		clicks[i] = h.click()
	}
	return clicks
}

func (h *history) click() domain.Click {
	h.sequence++
	rank, place := h.links.Uint64(), h.places.Uint64()
	c := domain.Click{
		ID: domain.ClickID{Node: 1, Epoch: h.epoch, Sequence: h.sequence}, Account: "acc_bench0000000000",
		Link: domain.LinkNumber(rank*0x9e3779b97f4a7c15>>11 | 1), LinkVersion: 1, Host: "go.example.com", Slug: domain.Slug(fmt.Sprintf("s%05x", rank)),
		At:      h.start.Add(time.Duration(h.sequence)*h.step + time.Duration(h.rng.Int64N(int64(time.Minute)))), //nolint:gosec // far below
		Country: fmt.Sprintf("%c%c", 'A'+place%26, 'A'+place/26), Region: fmt.Sprintf("R%d", place%7),
		City:      fmt.Sprintf("City %d", place*3+h.rng.Uint64N(3)),
		UserAgent: h.browsers[h.agents.Uint64()], Language: []string{"en", "de", "fr", "es", "ja"}[place%5],
		Visitor: rank<<40 | h.visits.Uint64() | 1,
	}
	if h.only != 0 {
		c.Link = h.only
	}
	if page := h.pages.Uint64(); page > 0 {
		c.ReferrerHost, c.ReferrerPath = fmt.Sprintf("www.site%d.com", page/4), fmt.Sprintf("/page/%d", page)
	}
	if h.rng.IntN(3) == 0 {
		c.UTM = domain.UTM{Source: "newsletter", Medium: "email", Campaign: fmt.Sprintf("c%d", h.rng.IntN(8)), Content: "button"}
	}
	if h.rng.IntN(5) == 0 {
		c.Rule = "mobile"
	}
	if h.rng.IntN(10) == 0 {
		c.Trigger = domain.TriggerQR
	}
	if h.rng.IntN(50) == 0 {
		c.Method = domain.Head
	}
	return c
}
