package schemas

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linklog/linklog/domain"
)

// The headers. Those with ce_ are CloudEvents attributes and our extensions to them.
const (
	contentType      = "content-type"
	ceSpecVersion    = "ce_specversion"
	ceType           = "ce_type"
	ceDataSchema     = "ce_dataschema" // the revision needed; absent: 1
	ceSource         = "ce_source"
	ceID             = "ce_id"
	ceTime           = "ce_time"
	ceSubject        = "ce_subject" // the link's id
	ceAccount        = "ce_account"
	ceDeadline       = "ce_deadline"
	ceCommandID      = "ce_commandid"
	ceCommandPart    = "ce_commandpartition"
	ceCommandOffset  = "ce_commandoffset"
	ceIndex          = "ce_index"       // among the events of one command
	ceMore           = "ce_more"        // "1": others of the command follow
	ceLinkVersion    = "ce_linkversion" // of a fact about a domain: the domain's
	ceCounter        = "ce_counter"
	ceSlugs          = "ce_slugs" // digests of the slug keys the event is about
	specVersion      = "1.0"
	sealedContent    = "application/vnd.linklog.sealed+protobuf"
	protobufContent  = "application/protobuf"
	sourceAPI        = "/linklog/api"
	sourceDecider    = "/linklog/decider"
	sourceRedirector = "/linklog/redirector"
	sourceReader     = "/linklog/reader"
	sourceOperator   = "/linklog/operator"
)

// newMessage starts a message with what every one has; extra headers are expected.
func newMessage(key []byte, kind, source, id string, extra int) Message {
	m := Message{Key: key, Headers: make([]Header, 0, 6+extra)}
	m.set(ceSpecVersion, specVersion)
	m.set(ceType, kind)
	m.set(ceSource, source)
	m.set(ceID, id)
	return m
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// numberText leaves zero unsaid.
func numberText(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// envelope reads the headers of a message and keeps the first thing that is wrong with them.
type envelope struct {
	m   Message
	err error
}

func (e *envelope) fail(name, value string) {
	if e.err == nil {
		e.err = unusable("its header %s is %q", name, value)
	}
}

// text is a header that must be there.
func (e *envelope) text(name string) string {
	v, _ := e.m.Get(name)
	if !plain(v) {
		e.fail(name, v)
		return ""
	}
	return v
}

// key is the message's key, which is a host.
func (e *envelope) host() domain.Host {
	if !plain(string(e.m.Key)) {
		e.fail("key", string(e.m.Key))
		return ""
	}
	return domain.Host(e.m.Key)
}

// number is a header that may be absent for zero.
func (e *envelope) number(name string, bits int) int64 {
	v, ok := e.m.Get(name)
	if !ok {
		return 0
	}
	n, err := strconv.ParseUint(v, 10, bits)
	if err != nil {
		e.fail(name, v)
	}
	return int64(n) //nolint:gosec // bits is below 64
}

func (e *envelope) time(name string) time.Time {
	v, _ := e.m.Get(name)
	t, err := time.Parse(time.RFC3339Nano, v)
	if err != nil {
		e.fail(name, v)
		return time.Time{}
	}
	return t.UTC()
}

// link is the subject; no subject is no link.
func (e *envelope) link() domain.LinkNumber {
	v, ok := e.m.Get(ceSubject)
	if !ok {
		return 0
	}
	n, err := domain.ParseLinkNumber(v)
	if err != nil {
		e.fail(ceSubject, v)
	}
	return n
}

func slugsText(keys []domain.SlugKey) string {
	texts := make([]string, len(keys))
	for i, k := range keys {
		d := k.Digest()
		texts[i] = base64.RawURLEncoding.EncodeToString(d[:])
	}
	return strings.Join(texts, ",")
}

func (e *envelope) slugs() []domain.SlugDigest {
	v, ok := e.m.Get(ceSlugs)
	if !ok {
		return nil
	}
	var digests []domain.SlugDigest
	for text := range strings.SplitSeq(v, ",") {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(raw) != len(domain.SlugDigest{}) {
			e.fail(ceSlugs, v)
			return nil
		}
		digests = append(digests, domain.SlugDigest(raw))
	}
	return digests
}

// maxName is the longest id or name in a header, in bytes.
const maxName = 512

// plain says whether s can be a name: something, and nothing that a log line, a header or
// Postgres could choke on.
func plain(s string) bool {
	return s != "" && len(s) <= maxName && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}
