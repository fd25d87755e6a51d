package domain

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// ParseScripts checks the scripts of a link. What they say is their owner's business.
func ParseScripts(raw []Script) ([]Script, error) {
	if len(raw) > MaxScripts {
		return nil, Errorf(Validation, "scripts", "scripts must be at most %d", MaxScripts)
	}
	var scripts []Script
	ids := map[string]bool{}
	for i, s := range raw {
		if err := s.parse(ids); err != nil {
			return nil, within(fmt.Sprintf("scripts[%d]", i), err)
		}
		scripts = append(scripts, s)
	}
	return scripts, nil
}

func (s *Script) parse(ids map[string]bool) (err error) {
	if s.ID, err = parseID(s.ID, ids); err != nil {
		return err
	}
	s.Content = strings.TrimSpace(s.Content)
	switch {
	case s.Content == "":
		return Errorf(Validation, "content", "content is required")
	case len(s.Content) > MaxScript:
		return Errorf(Validation, "content", "content must have at most %d bytes", MaxScript)
	case !utf8.ValidString(s.Content), strings.ContainsRune(s.Content, 0):
		return Errorf(Validation, "content", "content must be valid UTF-8 without NUL")
	}
	return nil
}

// parseID checks the id of a part of a link, and that no other part has it.
func parseID(raw string, seen map[string]bool) (string, error) {
	id, err := lineOf("id", raw, MaxRuleID)
	switch {
	case err != nil:
		return "", err
	case id == "":
		return "", Errorf(Validation, "id", "id is required")
	case seen[id]:
		return "", Errorf(Validation, "id", "id %q is taken by another one before it", id)
	}
	seen[id] = true
	return id, nil
}
