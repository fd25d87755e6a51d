package domain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep metadata may be nested, and maxNumber how long its numbers may be: more
// than anybody means, less than what some database or browser chokes on.
const (
	maxDepth  = 32
	maxNumber = 40
)

// ParseMetadata checks and compacts a JSON object. Its members stay in their order, its texts and
// numbers as they are written. Nothing, null and an empty object are no metadata.
func ParseMetadata(raw string) (Metadata, error) {
	if strings.TrimSpace(raw) == "" {
		return "", nil
	}
	if len(raw) > 4*MaxMetadata {
		return "", badMetadata("metadata must have at most %d bytes", MaxMetadata)
	}
	compact, err := compactJSON("metadata", raw)
	switch {
	case err != nil:
		return "", err
	case compact == "null", compact == "{}":
		return "", nil
	case compact[0] != '{':
		return "", badMetadata("metadata must be a JSON object")
	case len(compact) > MaxMetadata:
		return "", badMetadata("metadata must have at most %d bytes, not %d", MaxMetadata, len(compact))
	}
	return Metadata(compact), nil
}

func badMetadata(format string, args ...any) *Error {
	return Errorf(Validation, "metadata", format, args...)
}

// compactJSON is one JSON value without the space between its parts, if every reader agrees on
// what it says and every database keeps it.
func compactJSON(field, raw string) (string, error) {
	if !utf8.ValidString(raw) {
		return "", Errorf(Validation, field, "%s must be valid UTF-8", field)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(raw)); err != nil {
		return "", Errorf(Validation, field, "%s must be valid JSON", field)
	}
	if err := soundEscapes(b.String()); err != nil {
		return "", Errorf(Validation, field, "%s %s", field, err)
	}
	d := json.NewDecoder(bytes.NewReader(b.Bytes()))
	d.UseNumber()
	if err := soundValue(d, maxDepth); err != nil {
		return "", Errorf(Validation, field, "%s %s", field, err)
	}
	return b.String(), nil
}

// soundEscapes refuses NUL and halves of characters, which JSON can spell and texts can't hold.
func soundEscapes(s string) error {
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		i++ // what follows a backslash is no backslash that escapes
		if s[i] != 'u' {
			continue
		}
		switch u := unit(s[i:]); {
		case u == 0:
			return errors.New("must not contain NUL")
		case u >= 0xd800 && u < 0xdc00 && strings.HasPrefix(s[i+5:], `\u`) && unit(s[i+6:])>>10 == 0xdc00>>10:
			i += 6
		case u >= 0xd800 && u < 0xe000:
			return errors.New("must not contain half of a surrogate pair")
		}
	}
	return nil
}

// unit is the number in s, which is like u12ab and was checked to be.
func unit(s string) uint64 {
	u, _ := strconv.ParseUint(s[1:5], 16, 16)
	return u
}

// soundValue reads one value and refuses members of one name, deep nests and endless numbers.
func soundValue(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if err != nil {
		return errors.New("must be valid JSON")
	}
	switch v := token.(type) {
	case json.Number:
		if _, err := v.Float64(); err != nil || len(v) > maxNumber || hugeExponent(string(v)) {
			return fmt.Errorf("must not contain the number %.20s: it is too large or too exact", v)
		}
	case json.Delim:
		if depth == 0 {
			return fmt.Errorf("must not be nested deeper than %d", maxDepth)
		}
		return soundMembers(d, v, depth-1)
	}
	return nil
}

// soundMembers reads what is in an object or a list, to its end.
func soundMembers(d *json.Decoder, open json.Delim, depth int) error {
	names := map[string]bool{}
	for d.More() {
		if open == '{' {
			token, err := d.Token()
			name, _ := token.(string)
			if err != nil || names[name] {
				return fmt.Errorf("must not have two members called %q", name)
			}
			names[name] = true
		}
		if err := soundValue(d, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// hugeExponent reports whether a number is closer to zero than floating point reaches.
func hugeExponent(number string) bool {
	_, exponent, _ := strings.Cut(strings.ToLower(number), "e-")
	n, err := strconv.Atoi(exponent)
	return exponent != "" && (err != nil || n > 300)
}
