package links

import (
	"encoding/json"
	"maps"
	"reflect"

	"github.com/linklog/linklog/domain"
)

// places are where the traits stand, in the order of their fields.
var places = [...]func(*domain.Traits) any{
	domain.FieldTitle:              func(t *domain.Traits) any { return &t.Title },
	domain.FieldNote:               func(t *domain.Traits) any { return &t.Note },
	domain.FieldTags:               func(t *domain.Traits) any { return &t.Tags },
	domain.FieldMetadata:           func(t *domain.Traits) any { return &t.Metadata },
	domain.FieldExternal:           func(t *domain.Traits) any { return &t.External },
	domain.FieldDisabled:           func(t *domain.Traits) any { return &t.Disabled },
	domain.FieldArchived:           func(t *domain.Traits) any { return &t.Archived },
	domain.FieldStarts:             func(t *domain.Traits) any { return &t.Starts },
	domain.FieldExpiredURL:         func(t *domain.Traits) any { return &t.ExpiredURL },
	domain.FieldPassword:           func(t *domain.Traits) any { return &t.Password },
	domain.FieldClickLimit:         func(t *domain.Traits) any { return &t.ClickLimit },
	domain.FieldRedirectStatus:     func(t *domain.Traits) any { return &t.RedirectStatus },
	domain.FieldForwardQuery:       func(t *domain.Traits) any { return &t.ForwardQuery },
	domain.FieldForwardPath:        func(t *domain.Traits) any { return &t.ForwardPath },
	domain.FieldUTMSource:          func(t *domain.Traits) any { return &t.UTM.Source },
	domain.FieldUTMMedium:          func(t *domain.Traits) any { return &t.UTM.Medium },
	domain.FieldUTMCampaign:        func(t *domain.Traits) any { return &t.UTM.Campaign },
	domain.FieldUTMTerm:            func(t *domain.Traits) any { return &t.UTM.Term },
	domain.FieldUTMContent:         func(t *domain.Traits) any { return &t.UTM.Content },
	domain.FieldRules:              func(t *domain.Traits) any { return &t.Rules },
	domain.FieldScripts:            func(t *domain.Traits) any { return &t.Scripts },
	domain.FieldPreviewTitle:       func(t *domain.Traits) any { return &t.Preview.Title },
	domain.FieldPreviewDescription: func(t *domain.Traits) any { return &t.Preview.Description },
	domain.FieldPreviewImage:       func(t *domain.Traits) any { return &t.Preview.Image },
	domain.FieldIndexed:            func(t *domain.Traits) any { return &t.Indexed },
}

// pack writes the traits of a set as JSON values by name. Those without a value are left out.
func pack(t *domain.Traits, set domain.Fields) map[string]json.RawMessage {
	packed := map[string]json.RawMessage{}
	for f := range set.Each {
		at := places[f](t)
		if reflect.ValueOf(at).Elem().IsZero() {
			continue
		}
		if text, err := json.Marshal(at); err == nil { // all of these types have an encoding
			packed[f.String()] = text
		}
	}
	return packed
}

// unpack reads what pack wrote, into a patch that sets what is there. Names it doesn't know are
// passed over: a later program may have written them.
func unpack(packed map[string]json.RawMessage) (p domain.Patch, err error) {
	for name, text := range packed {
		f, known := domain.ParseField(name)
		if !known {
			continue
		}
		p.Set = p.Set.With(f)
		if len(text) == 0 {
			continue
		}
		if err := json.Unmarshal(text, places[f](&p.To)); err != nil {
			return domain.Patch{}, err
		}
	}
	return p, nil
}

// traitsText is how a row keeps traits; nil if there are none.
func traitsText(t *domain.Traits) *string {
	if bare(t) {
		return nil
	}
	packed := pack(t, t.Differences(domain.Traits{}).Set)
	if len(packed) == 0 {
		return nil
	}
	text, err := json.Marshal(packed)
	if err != nil { // what was encoded just now has an encoding
		return nil
	}
	return new(string(text))
}

// bare reports whether a link has none of the traits, which is so for most.
func bare(t *domain.Traits) bool {
	return t.Title == "" && t.Note == "" && len(t.Tags) == 0 && t.Metadata == "" && t.External == "" && t.Plain()
}

func traitsOf(text *string) (domain.Traits, error) {
	if text == nil {
		return domain.Traits{}, nil
	}
	var packed map[string]json.RawMessage
	if err := json.Unmarshal([]byte(*text), &packed); err != nil {
		return domain.Traits{}, err
	}
	p, err := unpack(packed)
	return p.To, err
}

// fromTo is how a field changed, as JSON. What was or is not there is left out.
type fromTo struct {
	From json.RawMessage `json:"from,omitempty"`
	To   json.RawMessage `json:"to,omitempty"`
}

// difference tells how the traits of a set changed.
func difference(set domain.Fields, from, to *domain.Traits) map[string]fromTo {
	before, after := pack(from, set), pack(to, set)
	changes := make(map[string]fromTo, len(before)+len(after))
	for f := range set.Each {
		changes[f.String()] = fromTo{before[f.String()], after[f.String()]}
	}
	maps.DeleteFunc(changes, func(_ string, c fromTo) bool { return c.From == nil && c.To == nil })
	return changes
}
