package imports

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// lists are the members under which answers of APIs hold a list of things.
var lists = []string{"shortUrls", "visits", "links", "data", "link_clicks"}

// readJSON hands on the objects of a file: one after the other, as a list, or in the answers of an
// API.
func readJSON(from io.Reader, each func(json.RawMessage) error) error {
	in := bufio.NewReader(from)
	if start, _ := in.Peek(3); bytes.Equal(start, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	}
	d := json.NewDecoder(in)
	for n := 0; ; n++ {
		var value json.RawMessage
		err := d.Decode(&value)
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return errors.New("the file is empty")
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("read JSON: value %d: %w", n+1, err)
		}
		if err := unwrap(value, 0, each); err != nil {
			return err
		}
	}
}

// unwrap hands on the objects in lists.
func unwrap(value json.RawMessage, depth int, each func(json.RawMessage) error) error {
	value = bytes.TrimSpace(value)
	var list []json.RawMessage
	if len(value) > 0 && value[0] == '[' {
		if err := json.Unmarshal(value, &list); err != nil {
			return fmt.Errorf("read JSON: %w", err)
		}
		for _, one := range list {
			if err := each(one); err != nil {
				return err
			}
		}
		return nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(value, &object); err != nil {
		return fmt.Errorf("read JSON: %q is no object", shortened(string(value)))
	}
	for _, name := range lists {
		if inner := bytes.TrimSpace(object[name]); depth < 2 && len(inner) > 0 && (inner[0] == '[' || inner[0] == '{' && depth == 0) {
			if inner[0] == '{' && name == "links" {
				return values(inner, each)
			}
			return unwrap(inner, depth+1, each)
		}
	}
	return each(value)
}

// values hands on the values of an object: link_1, link_2, and so on.
func values(object json.RawMessage, each func(json.RawMessage) error) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(object, &all); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	for _, name := range numbered(all) {
		if err := each(all[name]); err != nil {
			return err
		}
	}
	return nil
}

// numbered are names that end in a number, in the order of those.
func numbered[T any](all map[string]T) []string {
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
}

// as reads an object into v; the error is about this one.
func as[T any](raw json.RawMessage) (v T, err error) {
	if err = json.Unmarshal(raw, &v); err != nil {
		err = fmt.Errorf("%s: %w", shortened(strings.TrimSpace(string(raw))), err)
	}
	return v, err
}

// moment is a time in JSON, in a zone of its own or UTC; absent or null is zero.
type moment struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (m *moment) UnmarshalJSON(raw []byte) (err error) {
	text := strings.Trim(string(raw), `"`)
	m.Time, err = parseTime(text, time.UTC)
	return err
}
