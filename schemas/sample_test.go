package schemas_test

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// sample is a value whose message is recorded in testdata. Its name says the file. Samples
// are only ever added: what was recorded once must be read for ever.
type sample struct {
	name  string
	value any // domain.Command, Event, Reply, Click or schemas.DeadLetter
}

var (
	recordedAt  = time.Date(2026, 11, 22, 9, 30, 15, 123456789, time.UTC)
	recordedEnd = time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC)
)

const (
	sampleLink   domain.LinkNumber  = 1<<43 + 4711
	sampleHost   domain.Host        = "go.example"
	sampleTarget domain.Destination = "https://example.com/spring?from=mail#top"
)

var sampleKey = domain.SlugKey{Host: "a.go.example", Text: "spring-26"}

func samples() []sample {
	return slices.Concat(commandSamples(), traitCommandSamples(), namingCommandSamples(), foreignCommandSamples(), eventSamples(), traitEventSamples(), releaseSamples(), otherSamples())
}

// sampleCommand: its fingerprint must stay what it was, for retries are recognised across
// upgrades.
func sampleCommand(fingerprint string, ifVersion uint64, body domain.CommandBody) domain.Command {
	digest, err := hex.DecodeString(fingerprint)
	if err != nil {
		panic(err)
	}
	c := domain.Command{
		ID: "cmd_01", Account: "acc_1", By: "key_1", Domain: sampleHost, Deadline: recordedAt.Add(10 * time.Second),
		IfVersion: ifVersion, Body: body,
	}
	copy(c.Fingerprint[:], digest)
	return c
}

func commandSamples() []sample {
	command := sampleCommand
	return []sample{
		{"register_domain", command("de75854eb2836622d9ae45280bbb0404", 0, domain.RegisterDomain{Cases: domain.IgnoreCase})},
		{"create_link", command("00bfc34837c81a2e84ed3458e723a035", 0, domain.CreateLink{
			Host: "a.go.example", Slug: "Spring-26", Destination: sampleTarget, Expires: recordedEnd,
		})},
		{"create_link_drawn", command("e0a49f5a8e02785155ac532a559931ea", 0, domain.CreateLink{Host: sampleHost, Destination: sampleTarget})},
		{"update_link", command("61e7979070d90e80f3f214db9a38fc12", 3, domain.UpdateLink{
			Link: sampleLink, Destination: new(sampleTarget), Slug: new(domain.Slug("fall")), Expires: new(recordedEnd),
		})},
		{"update_link_unexpire", command("79f29b45e931dfbcae40890e78deed8f", 0, domain.UpdateLink{Link: sampleLink, Expires: new(time.Time{})})},
		{"delete_link", command("b5d69e7f84c8710549d7772f84f35f87", 7, domain.DeleteLink{Link: sampleLink})},
	}
}

func sampleEvent(link domain.LinkNumber, version uint64, body domain.EventBody) domain.Event {
	return domain.Event{
		Command: "cmd_01", CommandOffset: 42, Fingerprint: domain.Fingerprint{1, 2, 3, 15: 16}, Index: 1,
		Account: "acc_1", By: "key_1", Domain: sampleHost, Link: link, Version: version, At: recordedAt, Body: body,
	}
}

func eventSamples() []sample {
	event, key := sampleEvent, sampleKey
	return []sample{
		{"domain_registered", event(0, 0, domain.DomainRegistered{Cases: domain.KeepCase})},
		{"link_created", event(sampleLink, 1, domain.LinkCreated{
			Host: "a.go.example", Slug: "Spring-26", Key: key, Destination: sampleTarget, Expires: recordedEnd, Counter: 99,
		})},
		{"destination_changed", event(sampleLink, 2, domain.DestinationChanged{
			Key: key, From: sampleTarget, To: "http://[2001:db8::1]:8080/",
		})},
		{"slug_changed", event(sampleLink, 3, domain.SlugChanged{
			From: "Spring-26", To: "fall", FromKey: key, ToKey: domain.SlugKey{Host: "a.go.example", Text: "fall"},
		})},
		{"expiry_changed", event(sampleLink, 4, domain.ExpiryChanged{Key: key, From: recordedEnd})},
		{"link_deleted", event(sampleLink, 5, domain.LinkDeleted{Key: key})},
		{"nothing_changed", event(sampleLink, 5, domain.NothingChanged{})},
	}
}

func otherSamples() []sample {
	click := domain.Click{
		ID: domain.ClickID{Node: 7, Epoch: 1 << 63, Sequence: 12345}, Account: "acc_1", Link: sampleLink, LinkVersion: 5,
		Host: "a.go.example", Slug: "Spring-26", At: recordedAt, Rule: "rul_ios", Method: domain.Head, Trigger: domain.TriggerQR,
		Country: "NP", Region: "Bagmati", City: "Kathmandu", ReferrerHost: "news.example", ReferrerPath: "/a/b",
		UserAgent: "Mozilla/5.0 (iPhone) Größe", Language: "ne", Visitor: 0xfeedface,
		UTM: domain.UTM{Source: "mail", Medium: "email", Campaign: "spring", Term: "boots", Content: "top"},
	}
	imported := click
	imported.Imported = "shlink"
	position := domain.Position{Partition: 3, Offset: 42}
	return []sample{
		{"reply_accepted", domain.Reply{
			Command: "cmd_01", Account: "acc_1", Position: position, Link: sampleLink, Version: 5,
			Fingerprint: domain.Fingerprint{1, 15: 2},
		}},
		{"reply_rejected", domain.Reply{
			Command: "cmd_01", Account: "acc_1", Position: position, Fingerprint: domain.Fingerprint{1, 15: 2}, Until: recordedEnd,
			Rejection: &domain.Error{Code: domain.SlugTaken, Field: "slug", Message: "The slug 'fall' is taken."},
		}},
		{"reply_batch", domain.Reply{
			Command: "cmd_01", Account: "acc_1", Position: position, Fingerprint: domain.Fingerprint{1, 15: 2}, Items: sampleResults(),
		}},
		{"click", click},
		{"click_imported", imported},
		{"click_bare", domain.Click{Link: sampleLink, At: recordedAt}},
		{"dead_letter", schemas.DeadLetter{
			Topic: "links.events", Position: position, Reason: "unusable message: its header ce_time is \"\"", At: recordedAt,
			Message: schemas.Message{
				Key: []byte("go.example"), Headers: []schemas.Header{{"ce_id", "x"}, {"odd\xff", "\xfe"}}, Value: []byte{0, 1, 0xff},
			},
		}},
		{"dead_letter_empty", schemas.DeadLetter{Topic: "clicks", At: recordedAt}},
		{"handled", schemas.Handled{Topic: "clicks", Position: position, How: schemas.Dropped, At: recordedAt}},
	}
}

// encode writes a sample's value.
func encode(value any) (schemas.Message, error) {
	ctx := context.Background()
	switch v := value.(type) {
	case domain.Command:
		return codec.EncodeCommand(ctx, v)
	case domain.Event:
		return codec.EncodeEvent(ctx, v)
	case domain.Reply:
		return codec.EncodeReply(ctx, v)
	case domain.Click:
		return schemas.EncodeClick(v), nil
	case schemas.Handled:
		return schemas.EncodeHandled(v), nil
	default:
		return schemas.EncodeDeadLetter(value.(schemas.DeadLetter))
	}
}

// decode reads a message as what like is.
func decode(like any, m schemas.Message) (any, error) {
	ctx := context.Background()
	switch like.(type) {
	case domain.Command:
		return codec.DecodeCommand(ctx, m)
	case domain.Event:
		return codec.DecodeEvent(ctx, m)
	case domain.Reply:
		return codec.DecodeReply(ctx, m)
	case domain.Click:
		return schemas.DecodeClick(m)
	case schemas.Handled:
		return schemas.DecodeHandled(m)
	default:
		return schemas.DecodeDeadLetter(m)
	}
}
