package schemas_test

import (
	"bytes"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// generated is a click as the generated type has it.
func generated(c domain.Click) *pb.Click {
	return &pb.Click{
		Node: c.ID.Node, Epoch: c.ID.Epoch, Sequence: c.ID.Sequence, Link: uint64(c.Link), LinkVersion: c.LinkVersion,
		TimeUnixNano: c.At.UnixNano(), Account: string(c.Account), Host: string(c.Host), Slug: string(c.Slug),
		Method: pb.Method(c.Method) + 1, Trigger: pb.Trigger(c.Trigger) + 1, Country: c.Country, UserAgent: c.UserAgent,
		ReferrerHost: c.ReferrerHost, Visitor: c.Visitor, Language: c.Language, Rule: c.Rule, Region: c.Region, City: c.City,
		ReferrerPath: c.ReferrerPath, UtmSource: c.UTM.Source, UtmMedium: c.UTM.Medium, UtmCampaign: c.UTM.Campaign,
		UtmTerm: c.UTM.Term, UtmContent: c.UTM.Content, Imported: c.Imported,
	}
}

func sameClick(t *testing.T, c domain.Click, want *pb.Click) {
	t.Helper()
	want.ProtoReflect().SetUnknown(nil)
	if got := generated(c); !proto.Equal(got, want) {
		t.Errorf("we read\n%v\nand the generated code\n%v", got, want)
	}
}

// TestClickIsItsProto: what is written and read by hand is the message that click.proto
// promises, byte for byte.
func TestClickIsItsProto(t *testing.T) {
	for n := range uint64(500) {
		c := newSource(n).click()
		want, err := proto.MarshalOptions{Deterministic: true}.Marshal(generated(c))
		if err != nil {
			t.Fatal(err)
		}
		if got := schemas.AppendClick(nil, c); !bytes.Equal(got, want) {
			t.Fatalf("seed %d: wrote %x instead of %x", n, got, want)
		}
		var read pb.Click
		if err := proto.Unmarshal(want, &read); err != nil {
			t.Fatal(err)
		}
		sameClick(t, c, &read)
	}
}

// TestClickOfALaterVersion: fields added later are passed over, whatever their shape.
func TestClickOfALaterVersion(t *testing.T) {
	want := newSource(3).click()
	m := schemas.EncodeClick(want)
	b := protowire.AppendString(protowire.AppendTag(m.Value, 27, protowire.BytesType), "\xff any bytes \x00")
	b = protowire.AppendVarint(protowire.AppendTag(b, 3000, protowire.VarintType), 1<<40)
	b = protowire.AppendFixed32(protowire.AppendTag(b, 28, protowire.Fixed32Type), 7)
	b = protowire.AppendFixed64(protowire.AppendTag(b, 29, protowire.Fixed64Type), 7)
	b = protowire.AppendTag(protowire.AppendTag(b, 30, protowire.StartGroupType), 30, protowire.EndGroupType)
	m.Value = b
	if got, err := schemas.DecodeClick(m); err != nil || got != want {
		t.Errorf("read %+v, %v", got, err)
	}
}

// TestClickHeaders are part of the public contract.
func TestClickHeaders(t *testing.T) {
	m := schemas.EncodeClick(domain.Click{
		ID: domain.ClickID{Node: 0xa, Epoch: 0xbc, Sequence: 0xdef}, Link: sampleLink,
		At: recordedAt.In(time.FixedZone("", 3600)),
	})
	for name, want := range map[string]string{
		"ce_specversion": "1.0", "ce_type": "io.linklog.link.clicked.v1", "ce_source": "/linklog/redirector", "ce_id": "a-bc-def",
		"ce_subject": "lnk_348vaoh2f", "ce_time": "2026-11-22T09:30:15.123456789Z", "content-type": "application/protobuf",
	} {
		if got, _ := m.Get(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	if string(m.Key) != "lnk_348vaoh2f" {
		t.Errorf("the key is %q", m.Key)
	}
}

// TestClickText: a visitor may send anything, and what is kept can be stored anywhere.
func TestClickText(t *testing.T) {
	for sent, want := range map[string]string{
		"plain": "plain", "größe": "größe", "\xff\xfe": "\uFFFD", "a\x00b": "a\uFFFDb", "é\x00": "é\uFFFD", "cut \xc3": "cut \uFFFD",
	} {
		c := domain.Click{Link: sampleLink, At: recordedAt, UserAgent: sent}
		got, err := schemas.DecodeClick(schemas.EncodeClick(c))
		if err != nil || got.UserAgent != want {
			t.Errorf("%q comes back as %q, %v", sent, got.UserAgent, err)
		}
	}
}

// TestUnusableClicks miss something that every click has, or hold what no writer of ours
// writes.
func TestUnusableClicks(t *testing.T) {
	for name, spoil := range map[string]func(*pb.Click){
		"no link":        func(c *pb.Click) { c.Link = 0 },
		"a link of none": func(c *pb.Click) { c.Link = 1 << 53 },
		"no time":        func(c *pb.Click) { c.TimeUnixNano = 0 },
		"no method":      func(c *pb.Click) { c.Method = 0 },
		"new method":     func(c *pb.Click) { c.Method = 3 },
		"no trigger":     func(c *pb.Click) { c.Trigger = 0 },
		"new trigger":    func(c *pb.Click) { c.Trigger = 257 },
		"negative":       func(c *pb.Click) { c.Trigger = -1 },
		"NUL":            func(c *pb.Click) { c.City = "a\x00" },
	} {
		c := generated(newSource(1).click())
		spoil(c)
		m := schemas.EncodeClick(newSource(1).click())
		b, err := proto.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		m.Value = b
		if got, err := schemas.DecodeClick(m); err == nil {
			t.Errorf("%s: read %+v", name, got)
		}
	}
}

// typicalClick is what a redirect of an everyday visit records.
func typicalClick() domain.Click {
	return domain.Click{
		ID:      domain.ClickID{Node: 0x1234567890abcdef, Epoch: 0xfedcba0987654321, Sequence: 1_234_567},
		Account: "acc_7f3k9x2m4q", Link: sampleLink, LinkVersion: 3, Host: "go.example", Slug: "aB3xY9", At: recordedAt,
		Country: "DE", ReferrerHost: "www.google.com", ReferrerPath: "/", Language: "de", Visitor: 0xdeadbeefcafebabe,
		UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
		UTM:       domain.UTM{Source: "newsletter", Medium: "email", Campaign: "spring"},
	}
}

// TestClickSize: a million clicks a day are 90 GB in a year at 250 bytes; nobody should
// double that by accident.
func TestClickSize(t *testing.T) {
	m := schemas.EncodeClick(typicalClick())
	headers := 0
	for _, h := range m.Headers {
		headers += len(h.Key) + len(h.Value)
	}
	t.Logf("payload %d bytes, headers %d bytes", len(m.Value), headers)
	if len(m.Value) > 280 || headers > 260 {
		t.Errorf("payload %d bytes, headers %d bytes", len(m.Value), headers)
	}
}
