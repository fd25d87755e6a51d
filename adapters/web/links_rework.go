package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/linklog/linklog/domain"
)

// reworkField says, in a form for a link, that nothing is to be saved yet: the form is to come back
// with another rule or script, or with one less. It works without scripts; with them only that part
// of the page is exchanged. Its values are like rule.add, rule.2.up or rule.2.condition.0.remove.
const reworkField = "rework"

// rework does to the form what a button asks for.
func (f Form) rework() Form {
	words := strings.Split(f.Get(reworkField), ".")
	f.Values = reworked(f.Values, words)
	f.Values.Del(reworkField)
	return f
}

func reworked(v url.Values, words []string) url.Values {
	what := map[string]string{"rule": "rules", "script": "scripts", "condition": "conditions"}[words[0]]
	if what == "" || len(words) < 2 {
		return withGroups(v, "", nil) // a copy
	}
	groups := groupsOf(v, what)
	if words[1] == "add" {
		groups = append(groups, fresh(what, groups, v))
		return withGroups(v, what, groups)
	}
	i, err := strconv.Atoi(words[1])
	if err != nil || i < 0 || i >= len(groups) || len(words) < 3 {
		return withGroups(v, what, groups)
	}
	switch words[2] {
	case "up":
		groups = moved(groups, i, -1)
	case "down":
		groups = moved(groups, i, +1)
	case "remove":
		groups = removed(groups, i)
	case "condition":
		groups[i] = reworked(groups[i], words[2:])
	}
	return withGroups(v, what, groups)
}

// fresh is an empty group; v is what surrounds it.
func fresh(what string, others []url.Values, v url.Values) url.Values {
	switch what {
	case "rules":
		return url.Values{"id": {freeID(others)}, "url": {""}, "percentage": {""}}
	case "scripts":
		return url.Values{"id": {freeID(others)}, "placement": {"head"}, "content": {""}}
	}
	kind := v.Get("add")
	if _, err := domain.ParseConditionKind(kind); err != nil {
		kind = domain.ByCountry.String()
	}
	return url.Values{"kind": {kind}}
}

// freeID is the lowest number that no other has for a name.
func freeID(others []url.Values) string {
	for n := 1; ; n++ {
		id := strconv.Itoa(n)
		if !slices.ContainsFunc(others, func(v url.Values) bool { return strings.TrimSpace(v.Get("id")) == id }) {
			return id
		}
	}
}
