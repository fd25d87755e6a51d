package spotify

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// anonymous is who makes the links of people without a key.
var anonymous = domain.Caller{Account: domain.AnonymousAccount, Key: "key_turnstile", Plan: domain.Enterprise, Scopes: domain.AllScopes}

// maxToken is the longest token that Turnstile gives, in bytes.
const maxToken = 2_048

// admit lets in who has a key, or shows to be a person.
func (a *api) admit(c echo.Context, f httpapi.Fields) error {
	switch {
	case a.s.Caller(c).Account != "":
		return nil
	case a.Human == nil, !f.Has(fieldToken) && c.Request().Header.Get("Authorization") != "":
		return domain.Errorf(domain.Unauthorized, "Authorization", "Missing or invalid API key.")
	case !f.Has(fieldToken):
		return domain.Errorf(domain.Validation, fieldToken, "%s is required without authentication", fieldToken)
	}
	token, err := f.Text(fieldToken)
	switch {
	case err != nil:
		return err
	case len(token) > maxToken:
		return domain.Errorf(domain.Validation, fieldToken, "%s must have at most %d bytes", fieldToken, maxToken)
	}
	human, err := a.Human(c.Request().Context(), token, c.RealIP())
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", domain.Errorf(domain.Unavailable, "", "The token can't be verified at the moment. Retry after a short delay."), err)
	case !human:
		return domain.Errorf(domain.Validation, fieldToken, "%s is not valid, or not any more", fieldToken)
	}
	a.s.Become(c, anonymous, uuidOf(token))
	return nil
}

// Turnstile is where tokens are verified.
type Turnstile struct {
	Secret string // of the widget
	URL    string // of the question
	// Post sends a form and returns the answer.
	Post func(ctx context.Context, address string, form url.Values) ([]byte, error)
}

// theirFaults are the ways in which a token, and not the question, may be wrong.
var theirFaults = []string{"missing-input-response", "invalid-input-response", "timeout-or-duplicate"}

// uuidOf is an id of a token, always the same, that doesn't give it away.
func uuidOf(token string) string {
	u := sha256.Sum256([]byte("turnstile " + token))
	u[6] = u[6]&0x0f | 0x80 // version 8: of our own making
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// Human asks whether a token stands for a person at an address. A token counts once, but a question
// that is repeated is answered as it was, so that a request can be repeated with its token. It is an error if the question
// was wrong, as with a secret that is none.
func (t Turnstile) Human(ctx context.Context, token, address string) (bool, error) {
	body, err := t.Post(ctx, t.URL, url.Values{"secret": {t.Secret}, "response": {token}, "remoteip": {address}, "idempotency_key": {uuidOf(token)}})
	if err != nil {
		return false, fmt.Errorf("ask Turnstile: %w", err)
	}
	var answer struct {
		Success bool     `json:"success"`
		Errors  []string `json:"error-codes"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return false, fmt.Errorf("read Turnstile's answer: %w", err)
	}
	if !answer.Success && len(answer.Errors) > 0 && !slices.ContainsFunc(answer.Errors, func(e string) bool { return slices.Contains(theirFaults, e) }) {
		return false, fmt.Errorf("ask Turnstile: %s", strings.Join(answer.Errors, ", "))
	}
	return answer.Success, nil
}
