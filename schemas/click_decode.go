package schemas

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/linklog/linklog/domain"
)

// DecodeClick reads a click. It allocates once: the click's texts are parts of one string,
// so what is kept for longer than the click should be a copy (strings.Clone).
func DecodeClick(m Message) (domain.Click, error) {
	if err := admit(m, clickKind); err != nil {
		return domain.Click{}, fmt.Errorf("read click: %w", err)
	}
	r := clickReader{text: string(m.Value), method: -1, trigger: -1}
	if !r.read(m.Value) || !r.complete() {
		return domain.Click{}, fmt.Errorf("read click: %w", unusable("its payload is malformed"))
	}
	return r.click, nil
}

// clickReader reads the fields of a click as Protobuf defines it: the last one of a number
// counts, and a number or shape it does not know is passed over.
type clickReader struct {
	click           domain.Click
	text            string // the payload
	method, trigger int    // as on the wire, less one
	timed           bool
}

func (r *clickReader) read(b []byte) bool {
	for len(b) > 0 {
		field, shape, n := protowire.ConsumeTag(b)
		if n < 0 {
			return false
		}
		b = b[n:]
		switch shape {
		case protowire.BytesType:
			n = r.bytes(field, b)
		case protowire.VarintType:
			var v uint64
			v, n = protowire.ConsumeVarint(b)
			r.varint(field, v)
		case protowire.Fixed64Type:
			var v uint64
			v, n = protowire.ConsumeFixed64(b)
			r.fixed(field, v)
		default:
			n = protowire.ConsumeFieldValue(field, shape, b)
		}
		if n < 0 {
			return false
		}
		b = b[n:]
	}
	return true
}

// bytes reads the text that b begins with and returns what it takes; negative: it is broken.
func (r *clickReader) bytes(field protowire.Number, b []byte) int {
	v, n := protowire.ConsumeBytes(b)
	if n < 0 {
		return n
	}
	end := len(r.text) - len(b) + n
	s := r.text[end-len(v) : end]
	if r.string(field, s) && !isStorable(s) {
		return -1
	}
	return n
}

// string keeps the text of a field, if it is one of ours.
func (r *clickReader) string(field protowire.Number, s string) bool {
	c := &r.click
	switch field {
	case clickAccount:
		c.Account = domain.AccountID(s)
	case clickHost:
		c.Host = domain.Host(s)
	case clickSlug:
		c.Slug = domain.Slug(s)
	case clickCountry:
		c.Country = s
	case clickUserAgent:
		c.UserAgent = s
	case clickReferrerHost:
		c.ReferrerHost = s
	case clickLanguage:
		c.Language = s
	case clickRule:
		c.Rule = s
	case clickRegion:
		c.Region = s
	case clickCity:
		c.City = s
	case clickReferrerPath:
		c.ReferrerPath = s
	case clickUTMSource:
		c.UTM.Source = s
	case clickUTMMedium:
		c.UTM.Medium = s
	case clickUTMCampaign:
		c.UTM.Campaign = s
	case clickUTMTerm:
		c.UTM.Term = s
	case clickUTMContent:
		c.UTM.Content = s
	case clickImported:
		c.Imported = s
	default:
		return false
	}
	return true
}

func (r *clickReader) varint(field protowire.Number, v uint64) {
	switch field {
	case clickSequence:
		r.click.ID.Sequence = v
	case clickLink:
		r.click.Link = domain.LinkNumber(v)
	case clickLinkVersion:
		r.click.LinkVersion = v
	case clickMethod:
		r.method = int(int32(v)) - 1 //nolint:gosec // enums are cut to 32 bits
	case clickTrigger:
		r.trigger = int(int32(v)) - 1 //nolint:gosec // enums are cut to 32 bits
	}
}

func (r *clickReader) fixed(field protowire.Number, v uint64) {
	switch field {
	case clickNode:
		r.click.ID.Node = v
	case clickEpoch:
		r.click.ID.Epoch = v
	case clickTime:
		r.click.At, r.timed = time.Unix(0, int64(v)).UTC(), true //nolint:gosec // two's complement is the format
	case clickVisitor:
		r.click.Visitor = v
	}
}

// complete checks what every click has.
func (r *clickReader) complete() bool {
	r.click.Method, r.click.Trigger = domain.Method(r.method), domain.Trigger(r.trigger) //nolint:gosec // checked below
	return linkNumber(uint64(r.click.Link)) && r.timed &&
		r.method >= 0 && r.method <= int(domain.Head) &&
		r.trigger >= 0 && r.trigger <= int(domain.TriggerQR)
}
