package fetch

import (
	"errors"
	"fmt"
)

// What an API's edge tells apart. Everything else is a failure of the network or of the other
// side: no such host, connection refused, a broken answer.
var (
	// ErrURL says that the address can't be asked for: malformed, neither http nor https, no host,
	// or with a user name in it.
	ErrURL = errors.New("not a usable http or https address")
	// ErrForbiddenAddress says that a host has no public address, or is asked at a port other
	// than those of the web.
	ErrForbiddenAddress = errors.New("address not allowed")
	// ErrTooLarge says that the answer is longer than [Options].MaxBody.
	ErrTooLarge = errors.New("answer too large")
	// ErrTooManyRedirects says that there were more redirects than [Options].MaxRedirects.
	ErrTooManyRedirects = errors.New("too many redirects")
	// ErrTooSlow says that it took longer than [Options].Timeout.
	ErrTooSlow = errors.New("answer too slow")
)

// StatusError says that the other side answered, but not with what was asked for.
type StatusError struct {
	Status int // of HTTP, outside 200 to 299
}

// Error names the status.
func (e *StatusError) Error() string { return fmt.Sprintf("answered with status %d", e.Status) }
