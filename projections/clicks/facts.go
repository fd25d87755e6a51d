package clicks

import (
	"strconv"
	"strings"

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
	areas      *cache[area, areaIDs]
	link       linkTexts
	scratch    []byte
}

// area is where a visitor was.
type area struct{ country, region, city string }

// areaIDs is an area in numbers of texts.
type areaIDs struct{ country, region, city uint32 }

// linkTexts is what the clicks of one link mostly share: they come one after another.
type linkTexts struct {
	host           domain.Host
	slug           domain.Slug
	version        uint64
	known          bool
	hostID, slugID uint32
	versionID      uint32
}

// agentIDs is an agent in numbers of texts.
type agentIDs struct {
	bot                                   bool
	device, browser, os, platform, reason uint32
}

func newFacts(c *classifier) *facts {
	return &facts{
		classifier: c, texts: newTexts(),
		agents: newCache[string, agentIDs](maxAgents), referrers: newCache[string, uint32](maxPlaces), areas: newCache[area, areaIDs](maxPlaces),
	}
}

// of sets v to the values of a click and says what kind of traffic it is.
func (f *facts) of(c *domain.Click, v *values) Traffic {
	var a agentIDs // what another shortener counted without telling the agent was a visit
	if c.Imported == "" || c.UserAgent != "" {
		a = f.agent(c.UserAgent)
	}
	where := f.area(area{c.Country, c.Region, c.City})
	if l := &f.link; !l.known || l.host != c.Host || l.slug != c.Slug || l.version != c.LinkVersion {
		f.learn(c)
	}
	*v = values{
		Country: where.country, Region: where.region, City: where.city,
		Device: a.device, Browser: a.browser, OS: a.os, Platform: a.platform, BotReason: a.reason,
		Language:  f.texts.idOf(c.Language),
		UTMSource: f.texts.idOf(c.UTM.Source), UTMMedium: f.texts.idOf(c.UTM.Medium), UTMCampaign: f.texts.idOf(c.UTM.Campaign),
		UTMTerm: f.texts.idOf(c.UTM.Term), UTMContent: f.texts.idOf(c.UTM.Content),
		Rule: f.texts.idOf(c.Rule),
		Host: f.link.hostID, Slug: f.link.slugID, Version: f.link.versionID,
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

// learn works out the texts of the link that a click is of.
func (f *facts) learn(c *domain.Click) {
	f.scratch = strconv.AppendUint(f.scratch[:0], c.LinkVersion, 10)
	f.link = linkTexts{
		host: c.Host, slug: c.Slug, version: c.LinkVersion, known: true,
		hostID: f.texts.idOf(string(c.Host)), slugID: f.texts.idOf(string(c.Slug)), versionID: f.texts.id(f.scratch),
	}
}

func (f *facts) area(a area) areaIDs {
	if ids, ok := f.areas.get(a); ok {
		return ids
	}
	ids := areaIDs{country: f.texts.idOf(a.country)}
	if a.region != "" {
		ids.region = f.joined(a.country, "/", a.region)
	}
	if a.city != "" {
		ids.city = f.joined(a.country, "/", a.region, "/", a.city)
	}
	f.areas.put(area{strings.Clone(a.country), strings.Clone(a.region), strings.Clone(a.city)}, ids)
	return ids
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
