package mail

import (
	"context"
	"slices"
	"sync"
	"time"
)

// mostKept is how many mails a Box keeps.
const mostKept = 100

// Mail is one that was sent to a Box.
type Mail struct {
	To, Subject, Text string
	At                time.Time
}

// Box keeps the last hundred mails in memory instead of sending them.
type Box struct {
	mu    sync.Mutex
	mails []Mail // oldest first
}

// Send puts a mail into the box.
func (b *Box) Send(_ context.Context, to, subject, text string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.mails) == mostKept {
		b.mails = slices.Delete(b.mails, 0, 1)
	}
	b.mails = append(b.mails, Mail{To: to, Subject: subject, Text: text, At: time.Now()})
	return nil
}

// List is what the box holds, newest first.
func (b *Box) List() []Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.Clone(b.mails)
	slices.Reverse(all)
	return all
}
