package httpapi_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

// get asks for a path of the API and reads the answer to its end.
func (s *streaming) get(token, path string) (status int, body string, err error) {
	s.tb.Helper()
	r, err := http.NewRequestWithContext(s.tb.Context(), http.MethodGet, s.url+path, http.NoBody)
	if err != nil {
		s.tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// TestExportClicks: all clicks of the caller's links that are there, and no others.
func TestExportClicks(t *testing.T) {
	s := newStreaming(t)
	for n, l := range map[domain.LinkNumber]domain.Link{
		1: {Account: "acc_ann"}, 2: {Account: "acc_ann"}, 3: {Account: "acc_ann", Status: domain.Deleted}, 4: {Account: "acc_bob"},
	} {
		n += 1 << 50 // ids are that long
		l.Number, l.Host, l.Domain, l.Slug = n, "pocolink.com", "pocolink.com", domain.Slug("s"+n.String())
		s.world.State.Links[n] = l
	}
	click := func(sequence uint64, link domain.LinkNumber, account domain.AccountID) domain.Click {
		return domain.Click{ID: domain.ClickID{Sequence: sequence}, Link: 1<<50 + link, Account: account}
	}
	s.log.add(0, click(10, 1, "acc_ann"), click(11, 3, "acc_ann"), click(12, 4, "acc_bob"))
	s.log.add(1, click(20, 2, "acc_ann"), click(21, 1, "acc_ann"))
	for path, want := range map[string]string{"": "10\n20\n21\n", "?link=" + domain.LinkNumber(1<<50+1).String(): "10\n21\n"} {
		if status, body, err := s.get("ann", "/v1/clicks/export"+path); status != http.StatusOK || body != want || err != nil {
			t.Errorf("%q: %d %q, %v", path, status, body, err)
		}
	}
	for path, want := range map[string]int{"?link=" + domain.LinkNumber(1<<50+4).String(): http.StatusNotFound, "?link=" + domain.LinkNumber(1<<50+3).String(): http.StatusNotFound, "?link=x": http.StatusUnprocessableEntity} {
		if status, body, _ := s.get("ann", "/v1/clicks/export"+path); status != want {
			t.Errorf("%q: %d %s", path, status, body)
		}
	}
	s.log.err = errors.New("away")
	if status, body, _ := s.get("ann", "/v1/clicks/export"); status != http.StatusServiceUnavailable || !strings.Contains(body, "UNAVAILABLE") {
		t.Errorf("without a log: %d %s", status, body)
	}
}
