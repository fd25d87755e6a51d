package webhooks

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// notice is what endpoints are sent, in the shape that Standard Webhooks asks for.
type notice struct {
	Type      identity.NoticeKind `json:"type"`
	Timestamp time.Time           `json:"timestamp"` // of what happened
	Data      any                 `json:"data"`
}

// linkData is a link as endpoints are told of it: what people know it by. Its rules, scripts and
// the like are to be asked of the API.
type linkData struct {
	ID         string          `json:"id"`
	Version    uint64          `json:"version"` // grows by one with every change
	ShortURL   string          `json:"short_url"`
	LongURL    string          `json:"long_url"`
	Domain     string          `json:"domain"`
	Slug       string          `json:"slug"`
	Title      string          `json:"title"`
	Tags       []string        `json:"tags"`
	ExternalID string          `json:"external_id"`
	Metadata   json.RawMessage `json:"metadata"` // null: none
	Disabled   bool            `json:"disabled"`
	Archived   bool            `json:"archived"`
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
	ExpiresAt  *time.Time      `json:"expires_at"` // null: never
}

// deletedLink is what is left to be told of a link that is deleted.
type deletedLink struct {
	ID         string `json:"id"`
	Version    uint64 `json:"version"`
	Domain     string `json:"domain"`
	Slug       string `json:"slug"` // without upper case where the domain makes no difference
	ExternalID string `json:"external_id"`
}

// linkNotice is the notice about an event, with the link as it is by now; ok is false if there is
// nothing left to be told.
func (r *Recorder) linkNotice(e domain.Event, l domain.Link) (n identity.Notice, ok bool, err error) {
	var data any
	switch b := e.Body.(type) {
	case domain.LinkDeleted:
		data = deletedLink{e.Link.String(), e.Version, string(b.Key.Host), b.Key.Text, b.External}
	default:
		if l.Status != domain.Active {
			return identity.Notice{}, false, nil
		}
		data = r.shown(l)
	}
	kind := kindOf(e)
	payload, err := encode(notice{kind, e.At.UTC(), map[string]any{"link": data}})
	if err != nil {
		return identity.Notice{}, false, err
	}
	return identity.Notice{
		Account: e.Account, Kind: kind, At: e.At, Payload: payload,
		Message: messageID(kind, e.Account, e.Link, e.Version),
	}, true, nil
}

func (r *Recorder) shown(l domain.Link) linkData {
	d := linkData{
		ID: l.Number.String(), Version: l.Version, ShortURL: r.ShortURL(l), LongURL: string(l.Destination),
		Domain: string(l.Host), Slug: string(l.Slug), Title: l.Title, Tags: l.Tags, ExternalID: l.External,
		Disabled: l.Disabled, Archived: l.Archived, CreatedAt: l.Created.UTC(), UpdatedAt: l.Updated.UTC(),
	}
	if d.Tags == nil {
		d.Tags = []string{}
	}
	if l.Metadata != "" {
		d.Metadata = json.RawMessage(l.Metadata)
	}
	if !l.Expires.IsZero() {
		expires := l.Expires.UTC()
		d.ExpiresAt = &expires
	}
	return d
}

// clickNotices are the notices about clicks, each about one account's, in the order of their first
// ones. Full says that some notice was full.
func (r *Recorder) clickNotices(partition int32, clicks []Placed[domain.Click]) (all []identity.Notice, full bool, err error) {
	var accounts []domain.AccountID
	of := map[domain.AccountID][]Placed[domain.Click]{}
	for _, c := range clicks {
		account := c.Record.Account
		if of[account] == nil {
			accounts = append(accounts, account)
		}
		of[account] = append(of[account], c)
	}
	for _, account := range accounts {
		for rest := of[account]; len(rest) > 0; {
			some := rest[:min(maxClicks, len(rest))]
			rest = rest[len(some):]
			full = full || len(some) == maxClicks
			n, err := r.clickNotice(partition, some)
			if err != nil {
				return nil, false, err
			}
			all = append(all, n)
		}
	}
	return all, full, nil
}

func (r *Recorder) clickNotice(partition int32, clicks []Placed[domain.Click]) (identity.Notice, error) {
	shown := make([]json.RawMessage, len(clicks))
	newest := clicks[0].Record.At
	for i, c := range clicks {
		text, err := r.ClickJSON(c.Record)
		if err != nil {
			return identity.Notice{}, fmt.Errorf("encode click: %w", err)
		}
		shown[i] = text
		if c.Record.At.After(newest) {
			newest = c.Record.At
		}
	}
	account := clicks[0].Record.Account
	payload, err := encode(notice{identity.Clicked, newest.UTC(), map[string]any{"clicks": shown}})
	if err != nil {
		return identity.Notice{}, err
	}
	return identity.Notice{
		Account: account, Kind: identity.Clicked, At: newest, Payload: payload,
		Message: messageID(identity.Clicked, account, partition, clicks[0].Offset, clicks[0].Record.ID),
	}, nil
}

// messageID is a name made of what tells a notice from all others.
func messageID(parts ...any) string {
	var b []byte
	for _, p := range parts {
		b = fmt.Appendf(b, "%v\x00", p)
	}
	sum := sha256.Sum256(b)
	return "msg_" + hex.EncodeToString(sum[:16])
}

// encode writes v with URLs as people write them (no \u0026).
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode notice: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
