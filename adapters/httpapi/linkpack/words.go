package linkpack

import (
	"errors"
	"fmt"
	"strings"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// reworded is a refusal in this API's words; long is what the request called its destination.
func reworded(err error, long string) error {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok || e.Field == "" {
		return err
	}
	field := e.Field
	switch {
	case field == "url":
		field = long
	case strings.HasPrefix(field, "rules"):
		field = routing + strings.TrimPrefix(field, "rules")
		if part, ok := strings.CutSuffix(field, ".url"); ok {
			field = part + ".destination"
		}
		if part, _, ok := strings.Cut(field, ".conditions"); ok {
			field = part + ".value"
		}
	case strings.HasPrefix(field, "scripts"):
		field = retargeting + strings.TrimPrefix(field, "scripts")
	}
	if field == e.Field {
		return err
	}
	message := e.Message
	for _, words := range [...][2]string{{e.Field, field}, {"rules", routing}, {"scripts", retargeting}} {
		if rest, ok := strings.CutPrefix(message, words[0]); ok {
			message = words[1] + rest
			break
		}
	}
	return &domain.Error{Code: e.Code, Field: field, Message: message}
}

// ids gives the parts of a list that come without an id the lowest number no other has.
type ids map[string]bool

func idsOf(parts []httpapi.Fields) ids {
	given := ids{}
	for _, p := range parts {
		if name, err := p.Text("id"); err == nil {
			given[strings.TrimSpace(name)] = true
		}
	}
	return given
}

// of is a part's id.
func (d ids) of(part httpapi.Fields) (string, error) {
	if part.Has("id") {
		name, err := part.Text("id")
		if err != nil || strings.TrimSpace(name) != "" {
			return name, err
		}
	}
	for n := 1; ; n++ {
		if name := fmt.Sprint(n); !d[name] {
			d[name] = true
			return name, nil
		}
	}
}
