package schemas_test

import (
	"reflect"
	"testing"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// TestRoundTrip: whatever the product can say is read as it was meant.
func TestRoundTrip(t *testing.T) {
	draw := map[string]func(source) any{
		"command":     func(r source) any { return fingerprinted(t, r.command()) },
		"event":       func(r source) any { return r.event() },
		"reply":       func(r source) any { return r.reply() },
		"click":       func(r source) any { return r.click() },
		"dead letter": func(r source) any { return r.deadLetter() },
	}
	for name, drawn := range draw {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(2000) {
				want := drawn(newSource(seed))
				m, err := encode(want)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				got, err := decode(want, m)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("seed %d: read\n%+v\nfor\n%+v", seed, got, want)
				}
			}
		})
	}
}

func fingerprinted(t *testing.T, c domain.Command) domain.Command {
	t.Helper()
	f, err := schemas.Fingerprint(c)
	if err != nil {
		t.Fatal(err)
	}
	c.Fingerprint = f
	return c
}

// TestFingerprint: a retry has the same one, another wish has another.
func TestFingerprint(t *testing.T) {
	c := newSource(2).command()
	c.Body = domain.DeleteLink{Link: sampleLink}
	want := fingerprinted(t, c).Fingerprint
	same := func(what string, change func(*domain.Command)) {
		t.Helper()
		other := c
		change(&other)
		if fingerprinted(t, other).Fingerprint != want {
			t.Errorf("another %s changes the fingerprint", what)
		}
	}
	differs := func(what string, change func(*domain.Command)) {
		t.Helper()
		other := c
		change(&other)
		if fingerprinted(t, other).Fingerprint == want {
			t.Errorf("another %s does not change the fingerprint", what)
		}
	}
	same("id", func(c *domain.Command) { c.ID = "cmd_x" })
	same("deadline", func(c *domain.Command) { c.Deadline = recordedAt })
	same("credential", func(c *domain.Command) { c.By = "key_x" })
	same("edge", func(c *domain.Command) { c.Via = "linxly" })
	same("plan", func(c *domain.Command) { c.Limits = domain.Limits{Links: 25, FixedURLs: true} })
	differs("account", func(c *domain.Command) { c.Account = "acc_x" })
	differs("domain", func(c *domain.Command) { c.Domain = "x.example" })
	differs("version", func(c *domain.Command) { c.IfVersion = 77 })
	differs("link", func(c *domain.Command) { c.Body = domain.DeleteLink{Link: sampleLink + 1} })
	differs("body", func(c *domain.Command) { c.Body = domain.UpdateLink{Link: sampleLink} })
}

// TestWhatIsNoFactCantBeWritten: what stands for an unreadable event must not enter the log,
// nor must a value without a body or a name.
func TestWhatIsNoFactCantBeWritten(t *testing.T) {
	event, command, reply := newSource(1).event(), newSource(1).command(), newSource(1).reply()
	for _, body := range []domain.EventBody{domain.Redacted{}, domain.Unreadable{}, nil} {
		event.Body = body
		if _, err := encode(event); err == nil {
			t.Errorf("an event with the body %T was written", body)
		}
	}
	event.Body, event.Command = domain.NothingChanged{}, "line\nbreak"
	command.Account = ""
	reply.Account = ""
	for _, value := range []any{event, command, domain.Command{ID: "cmd_1"}, reply} {
		if _, err := encode(value); err == nil {
			t.Errorf("%+v was written", value)
		}
	}
}

// TestCodesTravel: a code that has no counterpart on the wire would come back as another.
func TestCodesTravel(t *testing.T) {
	for _, code := range domain.Codes() {
		want := domain.Reply{Command: "cmd_1", Account: "acc_1", Rejection: &domain.Error{Code: code}}
		m, err := encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(want, m)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v comes back as %+v", code, got)
		}
		if !schemas.HasCode(code) {
			t.Errorf("reply.proto has no value for %v", code)
		}
	}
}
