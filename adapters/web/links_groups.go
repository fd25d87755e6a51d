package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// mostGroups bounds how many repeated fields are looked at.
const mostGroups = 400

// groupsOf are the repeated fields of a form, those of rules[0].url and so on, each group with the
// names it has within itself. Numbers that are missing are closed up.
func groupsOf(v url.Values, name string) []url.Values {
	byIndex := map[int]url.Values{}
	for field, values := range v {
		i, rest, ok := cutGroup(field, name)
		if !ok {
			continue
		}
		if byIndex[i] == nil {
			byIndex[i] = url.Values{}
		}
		byIndex[i][rest] = values
	}
	order := make([]int, 0, len(byIndex))
	for i := range byIndex {
		order = append(order, i)
	}
	slices.Sort(order)
	groups := make([]url.Values, len(order))
	for at, i := range order {
		groups[at] = byIndex[i]
	}
	return groups
}

// cutGroup takes rules[2].url apart.
func cutGroup(field, name string) (i int, rest string, ok bool) {
	inner, ok := strings.CutPrefix(field, name+"[")
	if !ok {
		return 0, "", false
	}
	number, rest, ok := strings.Cut(inner, "].")
	i, err := strconv.Atoi(number)
	return i, rest, ok && err == nil && i >= 0 && i < mostGroups
}

// withGroups is v with these groups in the place of those it has.
func withGroups(v url.Values, name string, groups []url.Values) url.Values {
	all := url.Values{}
	for field, values := range v {
		if !strings.HasPrefix(field, name+"[") {
			all[field] = values
		}
	}
	for i, g := range groups {
		for rest, values := range g {
			all[part(name, i, rest)] = values
		}
	}
	return all
}

// part is the name of a field of a group.
func part(name string, i int, rest string) string { return fmt.Sprintf("%s[%d].%s", name, i, rest) }

// moved is the list with the group at i in another place; where there is none, nothing moves.
func moved(groups []url.Values, i, by int) []url.Values {
	if to := i + by; i >= 0 && i < len(groups) && to >= 0 && to < len(groups) {
		groups[i], groups[to] = groups[to], groups[i]
	}
	return groups
}

// removed is the list without the group at i.
func removed(groups []url.Values, i int) []url.Values {
	if i < 0 || i >= len(groups) {
		return groups
	}
	return slices.Delete(groups, i, i+1)
}
