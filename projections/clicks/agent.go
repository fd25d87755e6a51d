package clicks

import (
	_ "embed"
	"fmt"
	"math"
	"strings"

	"github.com/mileusna/useragent"

	"github.com/linklog/linklog/domain"
)

//go:embed bots.txt
var botList string

// agent is what a user agent text says about the one who sent it; empty where it says nothing.
type agent struct {
	device   string // mobile, desktop, tablet or bot
	browser  string
	os       string
	platform string // ios, android or web
	reason   string // why it is a bot; empty: it isn't
}

// Classifier makes a function that says what a user agent stands for, in the words of analytics,
// and whether it fetches links to show a preview of them. The function may be shared.
func Classifier() func(userAgent string) (a domain.Agent, preview bool) {
	c := newClassifier(botList)
	return func(userAgent string) (domain.Agent, bool) {
		a := c.classify(userAgent)
		return domain.Agent{Device: a.device, OS: a.os, Browser: a.browser}, a.reason == "preview"
	}
}

// classifier turns user agents into agents. It has no state of its own and may be shared.
type classifier struct {
	except []string
	rules  map[[2]byte][]botRule // by the first two letters of their text
}

type botRule struct {
	order        int // rules that come first in the list win
	reason, text string
	first        bool // only at the beginning
}

// newClassifier reads a list in the format that bots.txt explains, and panics over a line it
// can't read: the list is part of the program.
func newClassifier(list string) *classifier {
	c := &classifier{rules: map[[2]byte][]botRule{}}
	order := 0
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		reason, text, _ := strings.Cut(line, " ")
		text = strings.TrimSpace(text)
		bare, first := strings.CutPrefix(text, "^")
		switch {
		case len(bare) < 2 || bare != strings.ToLower(bare):
			panic(fmt.Sprintf("bot list: rule without usable text: %q", line))
		case reason == "except":
			c.except = append(c.except, bare)
		default:
			order++
			start := [2]byte{bare[0], bare[1]}
			c.rules[start] = append(c.rules[start], botRule{order: order, reason: reason, text: bare, first: first})
		}
	}
	return c
}

// classify reads one user agent.
func (c *classifier) classify(text string) agent {
	if reason := c.botReason(text); reason != "" {
		return agent{device: "bot", platform: "web", reason: reason}
	}
	ua := useragent.Parse(text)
	a := agent{device: "desktop", browser: browserName(text, ua.Name), os: ua.OS, platform: "web"}
	mobile := strings.Contains(text, "Mobile") || strings.Contains(text, "Mobi")
	switch {
	case strings.Contains(text, "iPod"):
		a.os, a.device = useragent.IOS, "mobile"
	case ua.OS == useragent.Android && strings.Contains(text, "TV"):
		// Televisions have Android's name, a desk's distance, and no "Mobile".
	case ua.Tablet, ua.OS == useragent.Android && !mobile && ua.Name != useragent.OperaMini:
		a.device = "tablet" // on Android, only phones say "Mobile"
	case ua.Mobile, mobile:
		a.device = "mobile"
	}
	switch a.os {
	case useragent.IOS:
		a.platform = "ios"
	case useragent.Android:
		a.platform = "android"
	}
	return a
}

func (c *classifier) botReason(text string) string {
	lower := strings.ToLower(strings.TrimSpace(text))
	if lower == "" {
		return "empty"
	}
	for _, e := range c.except {
		lower = strings.ReplaceAll(lower, e, "")
	}
	found := botRule{order: math.MaxInt}
	for i := range len(lower) - 1 {
		for _, r := range c.rules[[2]byte{lower[i], lower[i+1]}] {
			if r.order < found.order && (i == 0 || !r.first) && strings.HasPrefix(lower[i:], r.text) {
				found = r
			}
		}
	}
	return found.reason
}
