package domain

import (
	"slices"
	"strings"
)

// ParseTags checks the tags of a link: each once, in order.
func ParseTags(raw []string) ([]string, error) {
	var tags []string
	for _, r := range raw {
		tag, err := lineOf("tags", r, MaxTag)
		switch {
		case err != nil:
			return nil, err
		case tag == "":
			return nil, Errorf(Validation, "tags", "tags must not be empty")
		}
		tags = append(tags, tag)
	}
	slices.SortFunc(tags, strings.Compare)
	if tags = slices.Compact(tags); len(tags) > MaxTags {
		return nil, Errorf(Validation, "tags", "tags must be at most %d", MaxTags)
	}
	return tags, nil
}
