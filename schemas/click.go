package schemas

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/linklog/linklog/domain"
)

// Field numbers of Click in click.proto.
const (
	clickNode protowire.Number = iota + 1
	clickEpoch
	clickSequence
	clickLink
	clickLinkVersion
	clickTime
	clickAccount
	clickHost
	clickSlug
	clickMethod
	clickTrigger
	clickCountry
	clickUserAgent
	clickReferrerHost
	clickVisitor
	clickLanguage
	clickRule
	clickRegion
	clickCity
	clickReferrerPath
	clickUTMSource
	clickUTMMedium
	clickUTMCampaign
	clickUTMTerm
	clickUTMContent
	clickImported
)

// clickRoom is enough for most clicks' payloads, in bytes.
const clickRoom = 384

// EncodeClick writes a click. The record's key is the link's id.
func EncodeClick(c domain.Click) Message {
	return ClickMessage(c, AppendClick(make([]byte, 0, clickRoom), c))
}

// ClickMessage is the message of a click whose payload [AppendClick] has written before. Of c
// it reads the id, the link, the time and whether it was imported.
func ClickMessage(c domain.Click, payload []byte) Message {
	link := c.Link.String()
	source := sourceRedirector
	if c.Imported != "" {
		source = sourceAPI
	}
	m := newMessage([]byte(link), typeClick, source, clickID(c.ID), 3)
	m.set(ceTime, timeText(c.At))
	m.set(ceSubject, link)
	m.set(contentType, protobufContent)
	m.Value = payload
	return m
}

// clickID is the click's id in hexadecimal: node, epoch, sequence.
func clickID(id domain.ClickID) string {
	var room [50]byte
	b := strconv.AppendUint(room[:0], id.Node, 16)
	b = strconv.AppendUint(append(b, '-'), id.Epoch, 16)
	b = strconv.AppendUint(append(b, '-'), id.Sequence, 16)
	return string(b)
}

// AppendClickID appends to b the beginning of a click's payload, which is its id: for those who
// learn it only after the rest was written by [AppendClick], without an id.
func AppendClickID(b []byte, id domain.ClickID) []byte {
	b = appendFixed(b, clickNode, id.Node)
	b = appendFixed(b, clickEpoch, id.Epoch)
	return appendVarint(b, clickSequence, id.Sequence)
}

// AppendClick appends the payload of a click to b.
func AppendClick(b []byte, c domain.Click) []byte {
	b = AppendClickID(b, c.ID)
	b = appendVarint(b, clickLink, uint64(c.Link))
	b = appendVarint(b, clickLinkVersion, c.LinkVersion)
	b = appendFixed(b, clickTime, uint64(c.At.UnixNano())) //nolint:gosec // two's complement is the format
	b = appendString(b, clickAccount, c.Account)
	b = appendString(b, clickHost, c.Host)
	b = appendString(b, clickSlug, c.Slug)
	b = appendVarint(b, clickMethod, uint64(c.Method)+1)
	b = appendVarint(b, clickTrigger, uint64(c.Trigger)+1)
	b = appendString(b, clickCountry, c.Country)
	b = appendString(b, clickUserAgent, c.UserAgent)
	b = appendString(b, clickReferrerHost, c.ReferrerHost)
	b = appendFixed(b, clickVisitor, c.Visitor)
	b = appendString(b, clickLanguage, c.Language)
	b = appendString(b, clickRule, c.Rule)
	b = appendString(b, clickRegion, c.Region)
	b = appendString(b, clickCity, c.City)
	b = appendString(b, clickReferrerPath, c.ReferrerPath)
	b = appendString(b, clickUTMSource, c.UTM.Source)
	b = appendString(b, clickUTMMedium, c.UTM.Medium)
	b = appendString(b, clickUTMCampaign, c.UTM.Campaign)
	b = appendString(b, clickUTMTerm, c.UTM.Term)
	b = appendString(b, clickUTMContent, c.UTM.Content)
	return appendString(b, clickImported, c.Imported)
}

func appendFixed(b []byte, field protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), v)
}

func appendVarint(b []byte, field protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}

func appendString[S ~string](b []byte, field protowire.Number, s S) []byte {
	if s == "" {
		return b
	}
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), storable(string(s)))
}

// storable is s with U+FFFD for what is not UTF-8 and for NUL.
func storable(s string) string {
	if isStorable(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func isStorable(s string) bool {
	for i := range len(s) {
		if s[i] == 0 {
			return false
		}
		if s[i] >= utf8.RuneSelf {
			return utf8.ValidString(s[i:]) && strings.IndexByte(s[i:], 0) < 0
		}
	}
	return true
}
