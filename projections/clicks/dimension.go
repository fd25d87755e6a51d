package clicks

import "github.com/linklog/linklog/domain"

// Dimension is one thing that clicks are broken down by. The values are part of the stored
// format: append, never renumber.
type Dimension uint8

// The dimensions. A click without a value for one (no referrer, no rule) is not stored under
// it: it is what the day's total leaves over.
const (
	slots        Dimension = iota // not a dimension: the 15-minute counts share the numbering
	Country                       // ISO 3166 alpha-2
	Region                        // country/region
	City                          // country/region/city
	Device                        // mobile, desktop, tablet or bot
	Browser                       //
	OS                            //
	Platform                      // ios, android or web
	Referrer                      // registrable domain of the referring page; none: direct
	ReferrerPage                  // its host and path
	Language                      // primary tag
	UTMSource                     //
	UTMMedium                     //
	UTMCampaign                   //
	UTMTerm                       //
	UTMContent                    //
	Rule                          // the routing rule that chose the destination; none: the link's own
	Trigger                       // qr; none: an ordinary visit
	BotReason                     // why a bot is taken for one
	Host                          // the short host that was visited
	Slug                          // the slug that was visited
	Version                       // the link's version that answered
	dimensions                    // how many there are, slots included
)

// dimensionNames holds one snake_case name per dimension, in the order of the constants.
var dimensionNames = [dimensions]string{
	"", "country", "region", "city", "device", "browser", "os", "platform", "referrer", "referrer_page", "language",
	"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "rule", "trigger", "bot_reason", "host", "slug", "version",
}

// String is the dimension's name in requests and answers.
func (d Dimension) String() string {
	if d < dimensions {
		return dimensionNames[d]
	}
	return ""
}

// ParseDimension reads what String writes; anything else is a [domain.Validation] error.
func ParseDimension(name string) (Dimension, error) {
	for d := Country; d < dimensions; d++ {
		if dimensionNames[d] == name {
			return d, nil
		}
	}
	return 0, domain.Errorf(domain.Validation, "breakdown", "%q is nothing clicks are broken down by", name)
}

// Dimensions lists all of them.
func Dimensions() []Dimension {
	all := make([]Dimension, 0, dimensions-1)
	for d := Country; d < dimensions; d++ {
		all = append(all, d)
	}
	return all
}

// Traffic is what kind of request a click was. The values are part of the stored format.
type Traffic uint8

// The kinds of traffic. Every click is exactly one of them.
const (
	Human   Traffic = iota // a GET by what looks like a browser
	Bot                    // a GET by what doesn't
	Heads                  // a HEAD by anybody: a look, not a visit
	traffic                // how many there are
)

// All is every visit, human or not. It is for questions: no click is of this kind.
const All Traffic = 0xff

func (t Traffic) covers(kind Traffic) bool { return t == kind || t == All && kind != Heads }

// Counts is a number of clicks by kind of traffic.
type Counts struct{ Human, Bot, Heads uint64 }

func (c *Counts) add(t Traffic, n uint64) {
	switch t {
	case Human:
		c.Human += n
	case Bot:
		c.Bot += n
	case Heads:
		c.Heads += n
	}
}

func (c Counts) minus(o Counts) Counts {
	return Counts{Human: c.Human - o.Human, Bot: c.Bot - o.Bot, Heads: c.Heads - o.Heads}
}

func (c Counts) sum() uint64 { return c.Human + c.Bot + c.Heads }

// Plus is the sum of two counts.
func (c Counts) Plus(o Counts) Counts {
	return Counts{Human: c.Human + o.Human, Bot: c.Bot + o.Bot, Heads: c.Heads + o.Heads}
}
