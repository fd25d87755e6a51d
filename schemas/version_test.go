package schemas_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// with is m with one header put, or taken away.
func with(m schemas.Message, name, value string) schemas.Message {
	m.Headers = slices.DeleteFunc(slices.Clone(m.Headers), func(h schemas.Header) bool { return h.Key == name })
	if value != "" {
		m.Headers = append(m.Headers, schemas.Header{Key: name, Value: value})
	}
	return m
}

// TestNewerWaitsBrokenDoesNot: a reader waits for what a newer version of us may have
// written, and for nothing else: waiting for ever would block the partition.
func TestNewerWaitsBrokenDoesNot(t *testing.T) {
	for _, s := range samples() {
		m := mustEncode(t, s.value)
		expect := func(want error, name, value string) {
			t.Helper()
			if _, err := decode(s.value, with(m, name, value)); !errors.Is(err, want) {
				t.Errorf("%s with %s %q: %v", s.name, name, value, err)
			}
		}
		expect(schemas.ErrUnknown, "ce_type", "io.linklog.link.transferred.v1")
		expect(schemas.ErrUnknown, "ce_type", "io.linklog.link.created.v2")
		expect(schemas.ErrUnknown, "ce_specversion", "2.0")
		expect(schemas.ErrUnknown, "ce_dataschema", schemas.NextSchema)
		expect(schemas.ErrUnusable, "ce_dataschema", "urn:linklog:v1:0")
		expect(schemas.ErrUnusable, "ce_dataschema", "urn:linklog:v1:two")
		expect(schemas.ErrUnusable, "ce_dataschema", "https://example.com/schema")
		expect(schemas.ErrUnusable, "ce_type", "com.example.thing")
		expect(schemas.ErrUnusable, "ce_type", "")
		expect(schemas.ErrUnusable, "ce_specversion", "")
	}
}

// TestWrongTopic: a known message where it does not belong is broken, not new.
func TestWrongTopic(t *testing.T) {
	for _, s := range samples() {
		m := mustEncode(t, s.value)
		for _, like := range []any{domain.Command{}, domain.Event{}, domain.Reply{}, domain.Click{}, schemas.DeadLetter{}} {
			if _, err := decode(like, m); err != nil && !errors.Is(err, schemas.ErrUnusable) {
				t.Errorf("%s read as %T: %v", s.name, like, err)
			}
		}
	}
}

// TestBrokenEnvelope: an event without readable circumstances says nothing.
func TestBrokenEnvelope(t *testing.T) {
	m := mustEncode(t, newSource(5).event())
	for name, value := range map[string]string{
		"ce_time": "yesterday", "ce_subject": "lnk_!", "ce_account": "", "ce_commandid": "a\x00b", "ce_commandoffset": "-1",
		"ce_index": "x", "ce_linkversion": "1.5", "ce_counter": "99999999999999999999", "ce_slugs": "abc,",
	} {
		if _, err := codec.DecodeEvent(context.Background(), with(m, name, value)); !errors.Is(err, schemas.ErrUnusable) {
			t.Errorf("%s %q: %v", name, value, err)
		}
	}
	m.Key = nil
	if _, err := codec.DecodeEvent(context.Background(), m); !errors.Is(err, schemas.ErrUnusable) {
		t.Errorf("no key: %v", err)
	}
}

// TestWishesAreChecked: a command must keep today's rules even if its writer did not.
func TestWishesAreChecked(t *testing.T) {
	host, to := sampleHost, sampleTarget
	for name, body := range map[string]domain.CommandBody{
		"reserved slug":      domain.CreateLink{Host: host, Slug: "admin", Destination: to},
		"slug with a dot":    domain.CreateLink{Host: host, Slug: "a.b.c", Destination: to},
		"script":             domain.CreateLink{Host: host, Destination: "javascript:alert(1)"},
		"no destination":     domain.CreateLink{Host: host},
		"other spelling":     domain.CreateLink{Host: "GO.example", Destination: to},
		"no host":            domain.CreateLink{Destination: to},
		"empty slug":         domain.UpdateLink{Link: sampleLink, Slug: new(domain.Slug(""))},
		"destination change": domain.UpdateLink{Link: sampleLink, Destination: new(domain.Destination("ftp://x"))},
		"no link":            domain.DeleteLink{},
		"link of no one":     domain.DeleteLink{Link: 1 << 53},
		"no such policy":     domain.RegisterDomain{Cases: 9},
		"other host":         domain.UpdateLink{Link: sampleLink, Host: new(domain.Host("GO.example"))},
		"odd status":         domain.CreateLink{Host: host, Destination: to, Traits: domain.Traits{RedirectStatus: 200}},
		"tags out of order":  domain.CreateLink{Host: host, Destination: to, Traits: domain.Traits{Tags: []string{"b", "a"}}},
		"script as a place":  domain.CreateLink{Host: host, Destination: to, Traits: domain.Traits{ExpiredURL: "javascript:alert(1)"}},
		"rule to nowhere":    domain.CreateLink{Host: host, Destination: to, Traits: domain.Traits{Rules: []domain.Rule{{ID: "rul_1"}}}},
		"kind of nothing":    withRule(domain.Condition{Kind: 99, Values: []string{"x"}}),
		"eighth day":         withRule(domain.Condition{Kind: domain.ByWeekday, Days: 1 << 7}),
		"loose metadata":     patching(domain.FieldMetadata, domain.Traits{Metadata: `{ "a": 1 }`}),
		"NUL":                patching(domain.FieldTitle, domain.Traits{Title: "a\x00b"}),
		"relative root":      domain.ChangeDomain{To: domain.DomainSettings{Root: "/home"}},
		"blocked nothing":    domain.SetBlock{Block: domain.Block{Value: "x.example"}},
		"blocked spelling":   domain.SetBlock{Block: domain.Block{Kind: domain.BlockHost, Value: "X.example"}},
		"blocked number":     domain.SetBlock{Block: domain.Block{Kind: domain.BlockLink, Value: "4711"}},
		"blocked newline":    domain.SetBlock{Block: domain.Block{Kind: domain.BlockAccount, Value: "acc\n1"}},
		"reason":             domain.SetBlock{Block: domain.Block{Kind: domain.BlockHost, Value: "x.example"}, Reason: " spam"},
		"item of a batch":    domain.Batch{Items: []domain.CommandBody{domain.DeleteLink{Link: sampleLink}, domain.DeleteLink{}}},
	} {
		want := newSource(1).command()
		want.Body = body
		got, err := codec.DecodeCommand(context.Background(), mustEncode(t, want))
		if !errors.Is(err, schemas.ErrUnusable) {
			t.Errorf("%s: %v", name, err)
		}
		if got.ID != want.ID || got.Account != want.Account || got.Domain != want.Domain || got.Body != nil {
			t.Errorf("%s: the asker can't be told: %+v", name, got)
		}
	}
}

func withRule(c domain.Condition) domain.CommandBody {
	return patching(domain.FieldRules, domain.Traits{Rules: []domain.Rule{{ID: "rul_1", To: sampleTarget, When: []domain.Condition{c}}}})
}

func patching(f domain.Field, to domain.Traits) domain.UpdateLink {
	return domain.UpdateLink{Link: sampleLink, Patch: domain.Patch{Set: domain.Fields(0).With(f), To: to}}
}

// TestFactsAreTrusted: what rules forbid today may have happened yesterday.
func TestFactsAreTrusted(t *testing.T) {
	want := newSource(1).event()
	odd := domain.Traits{
		Tags: []string{"b", "a", ""}, Metadata: "[", RedirectStatus: 999, ExpiredURL: "gopher://old",
		Rules: []domain.Rule{{Percent: 200, When: []domain.Condition{{Kind: domain.ByTime, From: 60000}}}},
	}
	key := domain.SlugKey{Host: "h", Text: "ä"}
	for _, want.Body = range []domain.EventBody{
		domain.LinkCreated{Host: "GO..example", Slug: "admin", Destination: "gopher://old", Key: key, Traits: odd},
		domain.LinkChanged{Key: key, From: odd, To: odd},
		domain.DomainChanged{To: domain.DomainSettings{RedirectStatus: 999, Root: "/"}},
		domain.BlockChanged{Block: domain.Block{Kind: domain.BlockLink}},
	} {
		if got, err := codec.DecodeEvent(context.Background(), mustEncode(t, want)); err != nil || !reflect.DeepEqual(got.Body, want.Body) {
			t.Errorf("read %+v, %v", got, err)
		}
	}
}

// TestPayloadOfAnotherType: even a holder of the key can't make a payload mean something
// else than its type says.
func TestPayloadOfAnotherType(t *testing.T) {
	ctx := context.Background()
	command, event, reply := newSource(1).command(), newSource(1).event(), newSource(1).reply()
	command.Body, event.Body, reply.Rejection = domain.DeleteLink{Link: sampleLink}, domain.NothingChanged{}, nil
	for name, payload := range map[string]proto.Message{
		"nothing": &pb.Event{},
		"command": &pb.Command{Body: &pb.Command_RegisterDomain{RegisterDomain: &pb.RegisterDomain{Cases: 1}}},
		"event": &pb.Event{
			By: "key_x", Via: "linxly", Fingerprint: make([]byte, 16), Body: &pb.Event_DomainRegistered{DomainRegistered: &pb.DomainRegistered{Cases: 1}},
		},
		"reply": &pb.Reply{Rejection: &pb.Rejection{Code: 1}},
	} {
		b, err := proto.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		forge := func(account domain.AccountID, value any) schemas.Message {
			return schemas.Reseal(codec, account, mustEncode(t, value), b)
		}
		if c, err := codec.DecodeCommand(ctx, forge(command.Account, command)); !errors.Is(err, schemas.ErrUnusable) {
			t.Errorf("%s as command: %+v, %v", name, c, err)
		}
		got, err := codec.DecodeEvent(ctx, forge(event.Account, event))
		if _, ok := got.Body.(domain.Unreadable); !ok || err != nil || got.By != "" || got.Via != "" {
			t.Errorf("%s as event: %+v, %v", name, got, err)
		}
		if name != "reply" {
			continue
		}
		if r, err := codec.DecodeReply(ctx, forge(reply.Account, reply)); !errors.Is(err, schemas.ErrUnusable) {
			t.Errorf("%s as reply: %+v, %v", name, r, err)
		}
	}
}
