package domain

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of thing went wrong, in words every edge can translate: HTTP adapters
// to a status, the Kafka adapter to a retry decision. The list is append-only because codes
// travel in replies; never renumber, never reuse.
type Code uint8

// The codes. A code means the same wherever it appears.
const (
	// Internal is everything nobody foresaw; its text is logged, never shown.
	Internal Code = iota
	// InvalidURL: a destination is malformed, has no protocol, or may not be linked to.
	InvalidURL
	// Validation: a request parameter is unusable; Field names it.
	Validation
	// Unauthorized: no credentials, or credentials nobody issued.
	Unauthorized
	// Forbidden: known caller, not allowed to do this.
	Forbidden
	// NotFound: no such thing, or it belongs to somebody else.
	NotFound
	// SlugTaken: another link holds the slug, or held it less than [Quarantine] ago.
	SlugTaken
	// VersionConflict: the link changed since the version the caller saw.
	VersionConflict
	// KeyReused: an idempotency key came back with another request.
	KeyReused
	// RateLimited: the caller spent its allowance.
	RateLimited
	// TooLarge: the request is bigger than anything we accept.
	TooLarge
	// DeadlinePassed: the command was looked at too late and was not done.
	DeadlinePassed
	// Unavailable: a part we need is away; the same request may succeed later.
	Unavailable
	// LimitReached: the plan allows no more links.
	LimitReached
	// PlanForbids: the plan doesn't have what was asked for.
	PlanForbids
	// ExternalTaken: another link of the account has the external id.
	ExternalTaken
	// InUse: what was to be given up still holds something.
	InUse
)

// codeNames holds one snake_case name per code, in the order of the constants.
var codeNames = [...]string{
	"internal", "invalid_url", "validation", "unauthorized", "forbidden", "not_found",
	"slug_taken", "version_conflict", "key_reused", "rate_limited", "too_large",
	"deadline_passed", "unavailable", "limit_reached", "plan_forbids", "external_taken", "in_use",
}

// Codes lists every code, so that a table elsewhere can be checked for gaps.
func Codes() []Code {
	all := make([]Code, len(codeNames))
	for i := range all {
		all[i] = Code(i) //nolint:gosec // bounded by the array above
	}
	return all
}

// String is the code's name on the wire.
func (c Code) String() string {
	if int(c) < len(codeNames) {
		return codeNames[c]
	}
	return fmt.Sprintf("code_%d", uint8(c))
}

// Error is an outcome the caller can act on. Anything that is not an *Error is internal.
type Error struct {
	Code    Code
	Message string // for people; names the field and what would be right
	Field   string // the request field at fault, empty if none is
}

// Error is the message with its code in front.
func (e *Error) Error() string { return e.Code.String() + ": " + e.Message }

// Errorf makes an Error about a field (empty for none).
func Errorf(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// inItem is the error as one of an item of a batch.
func (e *Error) inItem(i int) *Error {
	field := fmt.Sprintf("[%d]", i)
	if e.Field != "" {
		field += "." + e.Field
	}
	return &Error{Code: e.Code, Field: field, Message: fmt.Sprintf("item %d: %s", i, e.Message)}
}

// within is err about a part of something: its field is one of the part's.
func within(part string, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	message := part + ": " + e.Message
	if strings.HasPrefix(e.Message, e.Field) {
		message = part + "." + e.Message
	}
	return &Error{Code: e.Code, Field: part + "." + e.Field, Message: message}
}

// renamed is err, if it is one, about a field that is called otherwise.
func renamed(err error, field string) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	message := field + ": " + e.Message
	if rest, named := strings.CutPrefix(e.Message, e.Field); named {
		message = field + rest
	}
	return &Error{Code: e.Code, Field: field, Message: message}
}

func messageOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Message
	}
	return err.Error()
}

// CodeOf is the code anywhere in err's chain, Internal when there is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// ErrNoKey says that an account's key was destroyed: what was sealed with it can't be read
// by anybody, for good.
var ErrNoKey = errors.New("the account's key was destroyed")
