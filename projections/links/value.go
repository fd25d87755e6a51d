package links

import (
	"encoding/json"
	"reflect"

	"github.com/linklog/linklog/domain"
)

// valueOf is a recorded value in its type, nil for none.
func valueOf(name string, raw json.RawMessage) (any, error) {
	if len(raw) == 0 {
		return nil, nil //nolint:nilnil // none is a value like others
	}
	if f, ok := domain.ParseField(name); ok {
		if f == domain.FieldPassword {
			return true, nil
		}
		p, err := unpack(map[string]json.RawMessage{name: raw})
		return reflect.ValueOf(places[f](&p.To)).Elem().Interface(), err
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, err
	}
	if name == fieldExpires {
		return instantOf(text), nil
	}
	return text, nil
}

// beginning is how a link came from nothing.
func beginning(l *domain.Link) map[string]FromTo {
	changes := map[string]FromTo{
		fieldDestination: {To: string(l.Destination)}, fieldSlug: {To: place(l.Host, l.Slug)},
	}
	if !l.Expires.IsZero() {
		changes[fieldExpires] = FromTo{To: l.Expires}
	}
	for f := range l.Differences(domain.Traits{}).Set.Each {
		changes[f.String()] = FromTo{To: reflect.ValueOf(places[f](&l.Traits)).Elem().Interface()}
	}
	if l.Password != "" {
		changes[domain.FieldPassword.String()] = FromTo{To: true}
	}
	return changes
}
