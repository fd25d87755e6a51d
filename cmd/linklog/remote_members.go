package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// member is a member of a JSON object, for people.
type member struct {
	name, text string
}

// orderedMembers are the members of an object that hold something, in their order.
func orderedMembers(object json.RawMessage) (all []member, err error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err = d.Token(); err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("read answer: %w", err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, fmt.Errorf("read answer: %w", err)
		}
		if text := plainText(value); text != "" {
			all = append(all, member{fmt.Sprint(name), text})
		}
	}
	return all, nil
}

// plainText is a value as people write it: texts without quotes, lists of texts with commas.
func plainText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var texts []string
	if json.Unmarshal(value, &texts) == nil {
		return strings.Join(texts, ", ")
	}
	if s := string(value); s != "{}" && s != "null" {
		return s
	}
	return ""
}

// parseMembers reads NAME=VALUE. Values are JSON, or else texts.
func parseMembers(settings []string, into map[string]any) error {
	for _, s := range settings {
		name, raw, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return misused("--set %s: say NAME=VALUE, as title=Sale or click_limit=100", s)
		}
		if json.Valid([]byte(raw)) {
			into[name] = json.RawMessage(raw)
		} else {
			into[name] = raw
		}
	}
	return nil
}
