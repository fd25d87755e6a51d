package identity

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/linklog/linklog/domain"
)

// WebhookID names a webhook, as in whk_….
type WebhookID string

// NoticeKind is what a webhook is told of.
type NoticeKind string

// The kinds.
const (
	LinkCreated NoticeKind = "link.created"
	LinkUpdated NoticeKind = "link.updated"
	LinkDeleted NoticeKind = "link.deleted"
	Clicked     NoticeKind = "click" // up to a hundred clicks in one notice
	Tested      NoticeKind = "test"  // asked for by the owner; nothing happened. Nobody subscribes to it
)

// NoticeKinds are those that webhooks subscribe to.
func NoticeKinds() []NoticeKind { return []NoticeKind{LinkCreated, LinkUpdated, LinkDeleted, Clicked} }

// Webhook is an address that is told what happens in an account. Its secret is shown when it is
// made and when it is rotated.
type Webhook struct {
	ID          WebhookID
	Account     domain.AccountID
	URL         string
	Description string
	Kinds       []NoticeKind
	Enabled     bool
	Reason      string // why it is not enabled, if nobody's wish; otherwise empty
	Created     time.Time
	Since       time.Time // it is told what happens from then on: it was made, or enabled again
	Failing     time.Time // the first failure since anything succeeded; zero: the last attempt succeeded
	Overlap     time.Time // until then, notices carry the signature of the previous secret too; zero: there is none
}

// NewWebhook is what a webhook is to be. Kinds that are nil are all there are.
type NewWebhook struct {
	URL         string
	Description string
	Kinds       []NoticeKind
}

// WebhookChange is what is to be different; nil stays. A webhook that is enabled is told what
// happens from then on, and gets what waited for it.
type WebhookChange struct {
	URL         *string
	Description *string
	Kinds       []NoticeKind
	Enabled     *bool
}

// Notice is something that happened in an account, for those of its webhooks that want to know.
type Notice struct {
	Account domain.AccountID
	Kind    NoticeKind
	Message string    // names it, in every attempt; the same if it is noticed again
	At      time.Time // when it happened
	Payload []byte    // JSON: what is sent
}

// DeliveryID numbers the deliveries of an installation.
type DeliveryID int64

// DeliveryState is what became of a delivery.
type DeliveryState string

// The states.
const (
	Pending   DeliveryState = "pending"   // it is attempted until it succeeds or patience ends
	Delivered DeliveryState = "delivered" // an attempt was answered with 2xx
	Dead      DeliveryState = "dead"      // given up; somebody may have it sent again
)

// ParseDeliveryState reads a state's name.
func ParseDeliveryState(s string) (DeliveryState, error) {
	switch d := DeliveryState(s); d {
	case Pending, Delivered, Dead:
		return d, nil
	}
	return "", domain.Errorf(domain.Validation, "state", "state must be pending, delivered or dead, not %q", s)
}

// Delivery is a notice on its way to one webhook.
type Delivery struct {
	ID       DeliveryID
	Webhook  WebhookID
	Message  string
	Kind     NoticeKind
	State    DeliveryState
	Attempts int // begun so far
	Created  time.Time
	Due      time.Time       // of the next attempt; zero: there will be none
	Last     DeliveryAttempt // zero: none has ended
	Payload  []byte          // only of a delivery that is asked for alone
}

// DeliveryAttempt is one request of a delivery, and what came of it.
type DeliveryAttempt struct {
	Number int
	At     time.Time
	Took   time.Duration
	Status int    // of HTTP; 0: there was no answer
	Answer string // its first [MaxAnswer] bytes
	Error  string // why there was no answer, or why it was no good; empty: delivered
}

// Limits of webhooks.
const (
	MaxWebhooks   = 20 // of an account
	MaxWebhookURL = 2000
	MaxAnswer     = 1024 // bytes of an answer that are kept
)

// How long what a webhook has to do with lasts.
const (
	SecretOverlap  = 24 * time.Hour     // a rotated secret goes on signing
	Patience       = 3 * 24 * time.Hour // a webhook that only fails is paused
	KeepDeliveries = 7 * 24 * time.Hour
	KeepDead       = 30 * 24 * time.Hour
)

// ParseWebhookURL checks where notices are to be sent. Whether the host may be asked shows when it
// is: its address may be another one then.
func ParseWebhookURL(raw string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return "", domain.Errorf(domain.Validation, "url", "url must be the http or https address of your endpoint")
	case u.User != nil:
		return "", domain.Errorf(domain.Validation, "url", "url must not hold a user name or password; notices are signed instead")
	case len(u.String()) > MaxWebhookURL:
		return "", domain.Errorf(domain.Validation, "url", "url must have at most %d characters", MaxWebhookURL)
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), nil
}

// ParseNoticeKinds reads what a webhook wants, in the order of [NoticeKinds].
func ParseNoticeKinds(names []string) ([]NoticeKind, error) {
	for _, name := range names {
		if !slices.Contains(NoticeKinds(), NoticeKind(name)) {
			return nil, domain.Errorf(domain.Validation, "events", "events must be of link.created, link.updated, link.deleted and click, not %q", name)
		}
	}
	wanted := slices.DeleteFunc(NoticeKinds(), func(k NoticeKind) bool { return !slices.Contains(names, string(k)) })
	if len(wanted) == 0 {
		return nil, domain.Errorf(domain.Validation, "events", "events must name at least one event")
	}
	return wanted, nil
}

// delays are the pauses behind each attempt that failed: a day and a bit, all in all.
var delays = [...]time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// RetryDelay is the pause behind an attempt (1, 2, …) that failed; ok is false if it was the last.
// Chance is between 0 and 1: the pause is up to a fifth longer, so that what failed together
// doesn't come back together.
func RetryDelay(attempt int, chance float64) (pause time.Duration, ok bool) {
	if attempt < 1 || attempt > len(delays) {
		return 0, false
	}
	d := delays[attempt-1]
	return d + time.Duration(chance*float64(d)/5), true
}

// Errand is a delivery that is to be attempted now, by whoever has claimed it.
type Errand struct {
	ID        DeliveryID
	Webhook   WebhookID
	Message   string
	Payload   []byte
	Attempt   int // its number
	Try       int // the same, counted from when it was last sent on somebody's wish
	URL       string
	Secret    []byte
	OldSecret []byte // signs too, while it is there
}
