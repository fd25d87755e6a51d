package schemas_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

const (
	secondSchema = "urn:linklog:v1:2"
	thirdSchema  = "urn:linklog:v1:3"
	fourthSchema = "urn:linklog:v1:4"
)

// TestOlderReadersWait: readers of revision 1 go on reading what means to them what it means to
// us, and stop at what they would take for something else.
func TestOlderReadersWait(t *testing.T) {
	create := domain.CreateLink{Host: sampleHost, Destination: sampleTarget}
	update := domain.UpdateLink{Link: sampleLink, Destination: new(sampleTarget), Slug: new(domain.Slug("fall")), Expires: new(recordedEnd)}
	command := func(change func(c *domain.Command, create *domain.CreateLink)) domain.Command {
		b := create
		c := sampleCommand("", 0, nil)
		change(&c, &b)
		if c.Body == nil {
			c.Body = b
		}
		return c
	}
	for _, test := range []struct {
		what   string
		value  any
		schema string
	}{
		{"a plain creation", command(func(*domain.Command, *domain.CreateLink) {}), ""},
		{"through another API", command(func(c *domain.Command, _ *domain.CreateLink) { c.Via = "linxly" }), ""},
		{"a plan that may create without end", command(func(c *domain.Command, _ *domain.CreateLink) { c.Limits.FixedURLs = true }), ""},
		{"a plan that may not", command(func(c *domain.Command, _ *domain.CreateLink) { c.Limits.Links = 25 }), secondSchema},
		{"a titled creation", command(func(_ *domain.Command, b *domain.CreateLink) { b.Traits.Title = "Spring" }), secondSchema},
		{"an upsert", command(func(_ *domain.Command, b *domain.CreateLink) { b.Upsert = true }), secondSchema},
		{"an upsert of a title", command(func(_ *domain.Command, b *domain.CreateLink) { b.Upsert, b.Set = true, 1 }), thirdSchema},
		{"an upsert of the end", command(func(_ *domain.Command, b *domain.CreateLink) { b.Upsert, b.SetEnd = true, true }), thirdSchema},
		{"a way back", sampleCommand("", 0, domain.UpdateLink{Link: sampleLink, Revert: true}), thirdSchema},
		{"a slug from elsewhere", command(func(_ *domain.Command, b *domain.CreateLink) { b.Slug, b.Foreign = "a", true }), fourthSchema},
		{"a way back to one", sampleCommand("", 0, domain.UpdateLink{Link: sampleLink, Slug: new(domain.Slug("a_b")), Revert: true}), fourthSchema},
		{"one among others", sampleCommand("", 0, domain.Batch{Items: []domain.CommandBody{update, domain.CreateLink{Host: sampleHost, Destination: sampleTarget, Upsert: true, Set: 1}}}), thirdSchema},
		{"one of old among others", sampleCommand("", 0, domain.Batch{Items: []domain.CommandBody{update, domain.CreateLink{Host: sampleHost, Destination: sampleTarget, Upsert: true}}}), ""},
		{"an old update", sampleCommand("", 0, update), ""},
		{"a plan of fixed URLs", command(func(c *domain.Command, _ *domain.CreateLink) { c.Body, c.Limits.FixedURLs = update, true }), secondSchema},
		{"a move", sampleCommand("", 0, domain.UpdateLink{Link: sampleLink, Host: new(sampleHost)}), secondSchema},
		{"a patch", sampleCommand("", 0, patching(domain.FieldTitle, domain.Traits{})), secondSchema},
		{"a deletion", sampleCommand("", 0, domain.DeleteLink{Link: sampleLink}), ""},
		{"a plain link", sampleEvent(sampleLink, 1, domain.LinkCreated{Key: sampleKey, Destination: sampleTarget, Counter: 1}), ""},
		{"a titled link", sampleEvent(sampleLink, 1, domain.LinkCreated{Key: sampleKey, Traits: domain.Traits{Title: "Spring"}}), secondSchema},
		{"a deleted link", sampleEvent(sampleLink, 1, domain.LinkDeleted{Key: sampleKey, External: "crm-1"}), ""},
	} {
		if got, _ := mustEncode(t, test.value).Get("ce_dataschema"); got != test.schema {
			t.Errorf("%s needs %q, not %q", test.what, got, test.schema)
		}
	}
}

// TestEveryTraitTravels alone: none is forgotten, and none makes a link look like a plain one.
func TestEveryTraitTravels(t *testing.T) {
	for _, f := range fields() {
		one := domain.Patch{Set: domain.Fields(0).With(f), To: sampleTraits()}
		want := sampleEvent(sampleLink, 1, domain.LinkCreated{Key: sampleKey, Traits: one.On(domain.Traits{})})
		m := mustEncode(t, want)
		if got, err := decode(want, m); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s comes back as %+v, %v", f, got, err)
		}
		if schema, _ := m.Get("ce_dataschema"); schema != secondSchema {
			t.Errorf("a reader that doesn't know %s does not wait", f)
		}
		if !schemas.HasField(f) {
			t.Errorf("traits.proto has no value for %s", f)
		}
	}
}

// TestChangedLinkKeepsItsSlug: one whose change can't be read is parked with its slug taken.
func TestChangedLinkKeepsItsSlug(t *testing.T) {
	m := mustEncode(t, sampleEvent(sampleLink, 2, domain.LinkChanged{Key: sampleKey}))
	got, err := otherKeys.DecodeEvent(context.Background(), m)
	body, _ := got.Body.(domain.Unreadable)
	if err != nil || !reflect.DeepEqual(body.Slugs, []domain.SlugDigest{sampleKey.Digest()}) {
		t.Errorf("read %+v, %v", got, err)
	}
}

// TestKindsTravel under their own names.
func TestKindsTravel(t *testing.T) {
	for k := domain.ByCountry; k <= domain.ByQuery; k++ {
		if got, want := schemas.ConditionName(k), "CONDITION_KIND_"+strings.ToUpper(k.String()); got != want {
			t.Errorf("traits.proto calls %s %s", want, got)
		}
	}
	for k := domain.BlockHost; k <= domain.BlockLink; k++ {
		if got, want := schemas.BlockName(k), "BLOCK_KIND_"+strings.ToUpper(k.String()); got != want {
			t.Errorf("short_domain.proto calls %s %s", want, got)
		}
	}
}

// TestPatchIsWhatItSets: what a patch holds beside makes no other wish of it.
func TestPatchIsWhatItSets(t *testing.T) {
	c := sampleCommand("", 0, patching(domain.FieldTitle, domain.Traits{Title: "Fall"}))
	want := fingerprinted(t, c)
	c.Body = patching(domain.FieldTitle, domain.Traits{Title: "Fall", Note: "left over", Scripts: []domain.Script{{}}})
	if got := fingerprinted(t, c); got.Fingerprint != want.Fingerprint {
		t.Error("what is left over changes the fingerprint")
	}
	if got, err := decode(c, mustEncode(t, c)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v", got, err)
	}
}

// TestNothingInClear: of what people wrote, nothing stands outside the seal.
func TestNothingInClear(t *testing.T) {
	for name, value := range sealedSamples(t) {
		m := mustEncode(t, value)
		open := string(m.Value)
		for _, h := range m.Headers {
			open += "\n" + h.Value
		}
		var body any
		switch v := value.(type) {
		case domain.Command:
			body = v.Body
		case domain.Event:
			body = v.Body
		case domain.Reply:
			body = v.Rejection
		}
		eachText(reflect.ValueOf(body), func(text string) {
			if len(text) > 3 && text != string(sampleHost) && strings.Contains(open, text) {
				t.Errorf("%s tells %q in clear", name, text)
			}
		})
		if bytes.Contains(m.Key, []byte("a.")) {
			t.Errorf("the key of %s is %s", name, m.Key)
		}
	}
}

// eachText calls do with every text in v.
func eachText(v reflect.Value, do func(string)) {
	switch v.Kind() {
	case reflect.String:
		do(v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachText(v.Elem(), do)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), do)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			eachText(field, do)
		}
	}
}

// TestSize: what is told before a command is published is what is published.
func TestSize(t *testing.T) {
	for seed := range uint64(500) {
		c := newSource(seed).command()
		want := 0
		m := mustEncode(t, c)
		for _, h := range m.Headers {
			want += len(h.Key) + len(h.Value)
		}
		want += len(m.Key) + len(m.Value)
		if got, err := schemas.CommandSize(c); err != nil || got != want {
			t.Fatalf("seed %d: %d bytes, %v; written are %d", seed, got, err, want)
		}
	}
	if _, err := schemas.CommandSize(domain.Command{}); err == nil {
		t.Error("what can't be written has a size")
	}
}

// TestLargestBatch: a thousand usual links are far from what can't be published.
func TestLargestBatch(t *testing.T) {
	batch := domain.Batch{}
	for i := range domain.MaxBatch {
		batch.Items = append(batch.Items, domain.CreateLink{
			Host: sampleHost, Slug: domain.Slug(fmt.Sprintf("spring-sale-%04d", i)), Expires: recordedEnd, Upsert: true,
			Destination: domain.Destination("https://shop.example/products/" + strings.Repeat("long/", 20) + fmt.Sprint(i)),
			Traits: domain.Traits{
				Title: "The spring sale of everything we have", Tags: []string{"sale", "spring"}, External: fmt.Sprintf("crm-%08d", i),
				Metadata: `{"campaign":"spring","owner":"growth"}`, UTM: domain.UTM{Source: "newsletter", Medium: "email", Campaign: "spring-sale"},
			},
		})
	}
	c := fingerprinted(t, sampleCommand("", 0, batch))
	size, err := schemas.CommandSize(c)
	if err != nil || size > 450_000 {
		t.Errorf("%d bytes, %v", size, err)
	}
	t.Logf("%d items, %d bytes each", len(batch.Items), size/len(batch.Items))
	if got, err := decode(c, mustEncode(t, c)); err != nil || !reflect.DeepEqual(got, c) {
		t.Error("it is not what it was", err)
	}
	batch.Items = append(batch.Items, domain.RegisterDomain{})
	if _, err := schemas.CommandSize(sampleCommand("", 0, batch)); err == nil {
		t.Error("a batch may hold a domain")
	}
}

// TestLargestTraits: what commands may set fits into the fact that comes of it, together with
// the most that may have been there before.
func TestLargestTraits(t *testing.T) {
	scripts, rules := domain.Traits{}, domain.Traits{}
	for i := range domain.MaxScripts {
		scripts.Scripts = append(scripts.Scripts, domain.Script{ID: fmt.Sprint(i), Content: strings.Repeat("x", domain.MaxScript)})
	}
	for i := range domain.MaxRules {
		rules.Rules = append(rules.Rules, domain.Rule{
			ID: fmt.Sprint(i), To: domain.Destination("https://x.example/" + strings.Repeat("y", 2000)),
			When: []domain.Condition{{Kind: domain.ByCity, Values: []string{strings.Repeat("z", 500)}}},
		})
	}
	both := scripts
	both.Rules = rules.Rules
	for what, test := range map[string]struct {
		body domain.CommandBody
		fits bool
	}{
		"scripts":  {patching(domain.FieldScripts, scripts), true},
		"rules":    {patching(domain.FieldRules, rules), true},
		"creation": {domain.CreateLink{Traits: both}, false},
		"update":   {domain.UpdateLink{Patch: domain.Patch{Set: both.Differences(domain.Traits{}).Set, To: both}}, false},
		"batch":    {domain.Batch{Items: []domain.CommandBody{domain.CreateLink{Traits: both}}}, false},
	} {
		_, err := schemas.CommandSize(sampleCommand("", 0, test.body))
		refusal, refused := errors.AsType[*domain.Error](err)
		if refused == test.fits || refused && refusal.Code != domain.TooLarge {
			t.Errorf("%s: %v", what, err)
		}
	}
	fact := mustEncode(t, sampleEvent(sampleLink, 3, domain.LinkChanged{Key: sampleKey, From: both, To: rules}))
	if len(fact.Value) > 900<<10 {
		t.Errorf("a fact has %d bytes", len(fact.Value))
	}
}
