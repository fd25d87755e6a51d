package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

// TestEveryCodeHasAStatus also checks the table that people read against the one that answers.
func TestEveryCodeHasAStatus(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "| HTTP status | code | meaning here |\n|---|---|---|\n")
	for _, c := range domain.Codes() {
		if int(c) >= len(statuses) || statuses[c].Code == "" || http.StatusText(statuses[c].HTTP) == "" {
			t.Errorf("code %v has no status", c)
			continue
		}
		fmt.Fprintf(&table, "| %d | %s | %s |\n", statuses[c].HTTP, statuses[c].Code, c)
	}
	t.Logf("\n%s", &table)
	golden, err := os.ReadFile("testdata/statuses.md")
	if err != nil || string(golden) != table.String() {
		t.Errorf("testdata/statuses.md should be:\n%s", &table)
	}
}

func TestDocumentedCodesAreAsDocumented(t *testing.T) {
	for text, code := range map[string]domain.Code{
		"400 INVALID_URL": domain.InvalidURL, "401 UNAUTHORIZED": domain.Unauthorized, "403 FORBIDDEN": domain.Forbidden,
		"404 NOT_FOUND": domain.NotFound, "409 SLUG_TAKEN": domain.SlugTaken, "422 VALIDATION_ERROR": domain.Validation,
		"429 RATE_LIMITED": domain.RateLimited, "500 INTERNAL_ERROR": domain.Internal,
	} {
		if got := fmt.Sprintf("%d %s", statuses[code].HTTP, statuses[code].Code); got != text {
			t.Errorf("%v is %s, want %s", code, got, text)
		}
	}
}

func TestInternalErrorsStayInside(t *testing.T) {
	for _, err := range []error{
		errors.New("password is hunter2"),
		&domain.Error{Code: domain.Internal, Message: "hunter2"},
		fmt.Errorf("read: %w", errors.New("hunter2")),
		fmt.Errorf("%w: %w", context.DeadlineExceeded, errors.New("hunter2")),
	} {
		if _, message := describe(err); strings.Contains(message, "hunter2") {
			t.Errorf("%v is told as %q", err, message)
		}
	}
}
