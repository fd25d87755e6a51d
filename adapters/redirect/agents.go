package redirect

import (
	"strings"
	"sync"

	"github.com/linklog/linklog/domain"
)

// Classify says what a user agent stands for, and whether it fetches links to show a preview of them.
type Classify func(userAgent string) (a domain.Agent, preview bool)

// bot is the device of what is not a person's browser.
const bot = "bot"

// agents remembers what user agents stand for: there are few, and reading one takes microseconds.
type agents struct {
	classify Classify

	mu         sync.Mutex
	young, old map[string]agent
}

// agentsHeld is how many user agents are remembered, at least.
const agentsHeld = 4 << 10

type agent struct {
	domain.Agent

	preview bool
}

func newAgents(classify Classify) *agents {
	return &agents{classify: classify, young: map[string]agent{}}
}

// of is what a user agent stands for; all its texts are empty if nobody can tell.
func (a *agents) of(userAgent string) agent {
	if a.classify == nil {
		return agent{}
	}
	if known, ok := a.remembered(userAgent); ok {
		return known
	}
	var fresh agent
	userAgent = strings.Clone(userAgent) // it is the request's
	fresh.Agent, fresh.preview = a.classify(userAgent)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keep(userAgent, fresh)
	return fresh
}

func (a *agents) remembered(userAgent string) (agent, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known, ok := a.young[userAgent]; ok {
		return known, true
	}
	known, ok := a.old[userAgent]
	if ok {
		a.keep(strings.Clone(userAgent), known)
	}
	return known, ok
}

// keep stores what was found out. It is locked.
func (a *agents) keep(userAgent string, found agent) {
	if len(a.young) >= agentsHeld {
		a.young, a.old = make(map[string]agent), a.young
	}
	a.young[userAgent] = found
}
