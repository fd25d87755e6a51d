package domain

import "time"

// Visit is one request for a short link, as far as routing may look at it.
type Visit struct {
	At       time.Time
	Country  string        // ISO 3166 alpha-2, upper-case; empty: unknown
	City     string        // empty: unknown
	Language []string      // tags of Accept-Language in order of preference, lower-case
	Referrer string        // host of the Referer header, lower-case; empty: none
	Query    string        // as sent, without the question mark
	Path     string        // what follows the slug, with its slash, as sent; empty: nothing
	Visitor  uint64        // the same all day for the same visitor of the same link
	Agent    func() Agent  // what the user agent stands for: asked for only if a rule needs it; nil: unknown
	Clicks   func() uint64 // human visits so far; asked for only if the link has a limit; nil: none
}

// Agent is what a user agent stands for. The texts are those of analytics.
type Agent struct {
	Device  string // mobile, tablet, desktop or bot
	OS      string
	Browser string
}
