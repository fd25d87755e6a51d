package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// remoteHelp is what the help of every command against a remote API ends with.
const remoteHelp = `

The API and its key are those of --api and --key, else of LINKLOG_API and LINKLOG_KEY, else of
linklog login. LINK is an id (lnk_7f3k9x), a slug of the API's own domain (spring-sale) or a
short URL (https://go.example.com/spring-sale, also without https://).

Answers of 429 and 503 are waited for and asked again, which does nothing twice. Exit status:
0 done, 1 refused or failed, 2 misused, 3 not signed in, 4 not found, 5 conflict (slug taken or
changed meanwhile), 6 too many requests, 7 not reachable.`

// The exit statuses that remoteHelp promises.
const (
	exitFailed = iota + 1
	exitMisused
	exitNotSignedIn
	exitNotFound
	exitConflict
	exitRateLimited
	exitUnreachable
)

// exitError is an error with an exit status of its own.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// misused is an error in how a command was called that its flags alone don't show.
func misused(format string, args ...any) error {
	return &exitError{exitMisused, fmt.Errorf(format, args...)}
}

// exitStatus is the process's exit status after err.
func exitStatus(err error) int {
	if err == nil {
		return 0
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.status
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.exitStatus()
	}
	return exitFailed
}

// refusal is an answer of the API that isn't 2xx.
type refusal struct {
	HTTP    int    `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Field   string `json:"field"`
	Fate    string `json:"fate"` // of a write
}

// Error is the API's message, its field unless the message begins with it, and its code.
func (r *refusal) Error() string {
	text := visible(r.Message)
	if r.Field != "" && !strings.HasPrefix(r.Message, r.Field) {
		text = visible(r.Field) + ": " + text
	}
	if r.Code != "" {
		text += " (" + visible(r.Code) + ")"
	}
	return text
}

func (r *refusal) exitStatus() int {
	switch r.HTTP {
	case http.StatusUnauthorized:
		return exitNotSignedIn
	case http.StatusNotFound:
		return exitNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return exitConflict
	case http.StatusTooManyRequests:
		return exitRateLimited
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return exitUnreachable
	}
	return exitFailed
}

// remoteSettings say which API a command speaks to.
type remoteSettings struct {
	API  string `help:"Address of the API, as https://api.example.com." name:"api" placeholder:"URL"`
	Key  string `help:"API key; better given as LINKLOG_KEY or by linklog login, as others see command lines." placeholder:"KEY"`
	JSON bool   `help:"Answer in the API's own JSON; of lists one object per line." env:"-"`
}

// writeSettings are those of commands that change something.
type writeSettings struct {
	IdempotencyKey string `help:"Say the same again under the same key, and it is done once; a new one if left out." env:"-" placeholder:"TEXT"`
}

// connect is the API to speak to. A stored key is for the address it was stored with only.
func (s remoteSettings) connect(t *terminal) (*remote, error) {
	var stored login
	if s.API == "" || s.Key == "" {
		var err error
		if stored, err = readLogin(); err != nil {
			return nil, err
		}
	}
	address := cmp.Or(s.API, stored.API)
	if address == "" {
		return nil, &exitError{exitNotSignedIn, errors.New("not signed in: say linklog login, or give --api and --key")}
	}
	base, err := parseAPI(address)
	if err != nil {
		return nil, err
	}
	key := s.Key
	if base == stored.API {
		key = cmp.Or(s.Key, stored.Key)
	}
	if key == "" {
		return nil, &exitError{exitNotSignedIn, fmt.Errorf("not signed in to %s: say linklog login --api %[1]s, or give --key", base)}
	}
	return newRemote(base, key, t), nil
}

// parseAPI is the address of an API without what all its paths begin with.
func parseAPI(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", misused("--api must look like https://api.example.com, not %q", address)
	}
	return strings.TrimSuffix(strings.TrimRight(u.String(), "/"), "/v1"), nil
}
