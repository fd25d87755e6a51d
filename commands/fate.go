package commands

import (
	"fmt"

	"github.com/linklog/linklog/domain"
)

// Fate is what is known of a command whose result can't be promised.
type Fate uint8

// The fates.
const (
	Unknown Fate = iota // it may be done now, later or never
	NotDone             // it was not done and never will be
	Done                // it is done, but reads may not show it yet
)

// String is the fate in words for people and answers.
func (f Fate) String() string {
	switch f {
	case NotDone:
		return "not done"
	case Done:
		return "done"
	case Unknown:
	}
	return "unknown"
}

// Unfinished is why Do could not promise a result. Its code is [domain.Unavailable]. A retry
// with the same command id gives the definite answer and does nothing twice.
type Unfinished struct {
	Command domain.CommandID
	Fate    Fate
	Cause   error
}

// Error tells the fate and its cause.
func (u *Unfinished) Error() string {
	return fmt.Sprintf("command %s is %s: %v", u.Command, u.Fate, u.Cause)
}

// Unwrap gives the outcome for the caller's eyes, and the cause.
func (u *Unfinished) Unwrap() []error {
	return []error{domain.Errorf(domain.Unavailable, "", "%s", u.advice()), u.Cause}
}

func (u *Unfinished) advice() string {
	switch u.Fate {
	case NotDone:
		return "the request was not done; try again"
	case Done:
		return "the request was done but can't be read yet; try again with the same idempotency key"
	case Unknown:
	}
	return "it is unknown whether the request was done; try again with the same idempotency key"
}
