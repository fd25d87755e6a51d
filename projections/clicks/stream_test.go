package clicks_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/linklog/linklog/domain"
)

// stream makes up clicks as a busy installation sees them: few links have most of them, the
// same browsers and pages come again and again, and every fact is there.
type stream struct {
	rng        *rand.Rand
	links      *rand.Zipf
	from       time.Time
	step       time.Duration // mean time between two clicks
	sequence   uint64
	agents     []string
	agentRank  *rand.Zipf
	placeRank  *rand.Zipf
	pageRank   *rand.Zipf
	campaigns  int
	numberOf   func(rank uint64) domain.LinkNumber
	visitorsOf uint64 // different visitors per link
}

var streamStart = time.Date(2026, 8, 24, 0, 0, 0, 0, time.UTC)

func newStream(seed uint64, links, total int, length time.Duration) *stream {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := &stream{
		rng: rng, links: rand.NewZipf(rng, 1.1, 1, uint64(links-1)), from: streamStart, step: length / time.Duration(total),
		placeRank: rand.NewZipf(rng, 1.2, 1, 120), pageRank: rand.NewZipf(rng, 1.2, 1, 300), campaigns: 8, visitorsOf: 1 << 20,
		numberOf: func(rank uint64) domain.LinkNumber { return domain.LinkNumber(rank*0x9e3779b97f4a7c15>>11 | 1) },
	}
	for major := range 60 {
		s.agents = append(s.agents,
			fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS 17_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.%[1]d Mobile/15E148 Safari/604.1", major),
			fmt.Sprintf("Mozilla/5.0 (Linux; Android 14; SM-S9%02d) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1%02[1]d.0.0.0 Mobile Safari/537.36", major),
			fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1%02d.0.0.0 Safari/537.36", major),
			fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_%d) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", major),
			fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:1%02d.0) Gecko/20100101 Firefox/1%02[1]d.0", major),
			fmt.Sprintf("Mozilla/5.0 (compatible; Googlebot/2.%d; +http://www.google.com/bot.html)", major))
	}
	s.agentRank = rand.NewZipf(rng, 1.1, 4, uint64(len(s.agents)-1))
	return s
}

// take makes the next n clicks.
func (s *stream) take(n int) []domain.Click {
	clicks := make([]domain.Click, n)
	for i := range clicks {
		clicks[i] = s.click()
	}
	return clicks
}

func (s *stream) click() domain.Click {
	s.sequence++
	rank := s.links.Uint64()
	place := s.placeRank.Uint64()
	c := domain.Click{
		ID: domain.ClickID{Node: 1, Epoch: 1, Sequence: s.sequence}, Account: "acc_1", Link: s.numberOf(rank), LinkVersion: 1,
		Host: "go.example.com", Slug: domain.Slug(fmt.Sprintf("s%05x", rank)),
		At:      s.from.Add(time.Duration(s.sequence)*s.step + time.Duration(s.rng.Int64N(int64(time.Minute)))),
		Country: fmt.Sprintf("%c%c", 'A'+place%26, 'A'+place/26), Region: fmt.Sprintf("R%d", place%7), City: fmt.Sprintf("City %d", place*3+s.rng.Uint64N(3)),
		UserAgent: s.agents[s.agentRank.Uint64()], Language: []string{"en", "de", "fr", "es", "ja"}[place%5],
		Visitor: rank<<40 | s.rng.Uint64N(s.visitorsOf),
	}
	if page := s.pageRank.Uint64(); page > 0 {
		c.ReferrerHost, c.ReferrerPath = fmt.Sprintf("www.site%d.com", page/4), fmt.Sprintf("/page/%d", page)
	}
	if s.rng.IntN(3) == 0 {
		c.UTM = domain.UTM{Source: "newsletter", Medium: "email", Campaign: fmt.Sprintf("c%d", s.rng.IntN(s.campaigns)), Content: "button"}
	}
	if s.rng.IntN(5) == 0 {
		c.Rule = "mobile"
	}
	if s.rng.IntN(10) == 0 {
		c.Trigger = domain.TriggerQR
	}
	if s.rng.IntN(50) == 0 {
		c.Method = domain.Head
	}
	return c
}
