package clicks

import (
	"strconv"

	"github.com/linklog/linklog/domain"
)

// Bounds of what a partition's fold remembers between batches.
const (
	maxTexts  = 200_000 // checked between batches: one batch may go over it
	maxAgents = 8_000
	maxPlaces = 8_000
)

// facts turns clicks into numbers of texts, and remembers what it worked out: the same user
// agents and referrers come again and again. One partition uses it at a time.
type facts struct {
	classifier *classifier
	texts      *texts
	agents     *cache[string, agentIDs]
	referrers  *cache[string, uint32]
	scratch    []byte
}

// agentIDs is an agent in numbers of texts.
type agentIDs struct {
	bot                                   bool
	device, browser, os, platform, reason uint32
}

func newFacts(c *classifier) *facts {
	return &facts{
		classifier: c, texts: newTexts(),
		agents: newCache[string, agentIDs](maxAgents), referrers: newCache[string, uint32](maxPlaces),
	}
}

// of sets v to the values of a click and says what kind of traffic it is.
func (f *facts) of(c *domain.Click, v *values) Traffic {
	a := f.agent(c.UserAgent)
	*v = values{
		Country: f.texts.idOf(c.Country),
		Device:  a.device, Browser: a.browser, OS: a.os, Platform: a.platform, BotReason: a.reason,
		Language:  f.texts.idOf(c.Language),
		UTMSource: f.texts.idOf(c.UTM.Source), UTMMedium: f.texts.idOf(c.UTM.Medium), UTMCampaign: f.texts.idOf(c.UTM.Campaign),
		UTMTerm: f.texts.idOf(c.UTM.Term), UTMContent: f.texts.idOf(c.UTM.Content),
		Rule: f.texts.idOf(c.Rule),
		Host: f.texts.idOf(string(c.Host)), Slug: f.texts.idOf(string(c.Slug)),
	}
	f.scratch = strconv.AppendUint(f.scratch[:0], c.LinkVersion, 10)
	v[Version] = f.texts.id(f.scratch)
	if c.Region != "" {
		v[Region] = f.joined(c.Country, "/", c.Region)
	}
	if c.City != "" {
		v[City] = f.joined(c.Country, "/", c.Region, "/", c.City)
	}
	if c.ReferrerHost != "" {
		v[Referrer] = f.referrer(c.ReferrerHost)
		v[ReferrerPage] = f.joined(c.ReferrerHost, c.ReferrerPath)
	}
	if c.Trigger == domain.TriggerQR {
		v[Trigger] = f.texts.idOf("qr")
	}
	return kindOf(c.Method, a.bot)
}

func kindOf(m domain.Method, bot bool) Traffic {
	switch {
	case m == domain.Head:
		return Heads
	case bot:
		return Bot
	}
	return Human
}

// joined is the number of the parts put together.
func (f *facts) joined(parts ...string) uint32 {
	f.scratch = f.scratch[:0]
	for _, p := range parts {
		f.scratch = append(f.scratch, p...)
	}
	return f.texts.id(f.scratch)
}

func (f *facts) agent(text string) agentIDs {
	if ids, ok := f.agents.get(text); ok {
		return ids
	}
	a := f.classifier.classify(text)
	ids := agentIDs{
		bot: a.reason != "", device: f.texts.idOf(a.device), browser: f.texts.idOf(a.browser), os: f.texts.idOf(a.os),
		platform: f.texts.idOf(a.platform), reason: f.texts.idOf(a.reason),
	}
	f.agents.put(text, ids)
	return ids
}

func (f *facts) referrer(host string) uint32 {
	if id, ok := f.referrers.get(host); ok {
		return id
	}
	id := f.texts.idOf(referrerDomain(host))
	f.referrers.put(host, id)
	return id
}
