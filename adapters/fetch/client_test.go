package fetch_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/fetch"
)

func TestGet(t *testing.T) {
	t.Parallel()
	var s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/logo.png?v=2", http.StatusFound)
			return
		}
		if r.Header.Get("Accept") != "image/png" || r.Header.Get("User-Agent") != "Linklog" ||
			r.Header.Get("Referer") != "" || r.Header.Get("Accept-Encoding") != "" || !r.Close {
			t.Error("header:", r.Header)
		}
		w.Header().Set("Content-Type", "image/png")
		fmt.Fprint(w, "a logo")
	})
	got, err := local().Get(t.Context(), s.URL+"/old", "image/png")
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Body) != "a logo" || got.ContentType != "image/png" || got.URL.String() != s.URL+"/logo.png?v=2" {
		t.Errorf("%s %s %s", got.Body, got.ContentType, got.URL)
	}
}

func TestGetTellsAnotherStatus(t *testing.T) {
	t.Parallel()
	s := serve(t, http.NotFound)
	_, err := local().Get(t.Context(), s.URL, "")
	if e, ok := errors.AsType[*fetch.StatusError](err); !ok || e.Status != http.StatusNotFound {
		t.Error(err)
	}
	if err == nil || err.Error() != "answered with status 404" {
		t.Error(err)
	}
}

func TestAnAnswerThatIsTooLarge(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/told" {
			w.Header().Set("Content-Length", "1000000000")
			return
		}
		fmt.Fprint(w, strings.Repeat("x", 600))
		w.(http.Flusher).Flush() // so that nothing tells the length
		if r.URL.Path == "/long" {
			_, _ = io.Copy(w, endless{}) // ends when the client has had enough
		}
		fmt.Fprint(w, strings.Repeat("x", 400))
	})
	client := local(func(o *fetch.Options) { o.MaxBody = 1000 })
	if got, err := client.Get(t.Context(), s.URL+"/fits", ""); err != nil || len(got.Body) != 1000 {
		t.Error(err)
	}
	for _, path := range []string{"/told", "/long"} {
		_, err := client.Get(t.Context(), s.URL+path, "")
		if !errors.Is(err, fetch.ErrTooLarge) || !strings.Contains(err.Error(), "more than 1000 bytes") {
			t.Error(path, err)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte("x"), len(p))), nil }

// stuck answers with a head, and never with a body; or with nothing at all.
func stuck(t *testing.T) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.Header().Set("Content-Length", "10")
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}).URL
}

func TestAnAnswerThatIsTooSlow(t *testing.T) {
	t.Parallel()
	s := stuck(t)
	client := local(func(o *fetch.Options) { o.Timeout = 50 * time.Millisecond })
	for _, path := range []string{"/head", "/body"} {
		_, err := client.Get(t.Context(), s+path, "")
		if !errors.Is(err, fetch.ErrTooSlow) || !strings.Contains(err.Error(), "more than 50ms") {
			t.Error(path, err)
		}
	}
	if _, err := client.Resolve(t.Context(), s+"/head", nil); !errors.Is(err, fetch.ErrTooSlow) {
		t.Error(err)
	}
}

func TestTheCallersEndIsTheCallers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := local().Get(ctx, stuck(t)+"/head", "")
	if errors.Is(err, fetch.ErrTooSlow) || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		fmt.Fprint(w, "half")
	})
	if got, err := local().Get(t.Context(), s.URL, ""); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(got, err)
	}
}

func TestErrorsLeaveOutPathAndQuery(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"http://127.0.0.3:1/private?token=1", "http://[private"} {
		if _, err := local().Get(t.Context(), address, ""); err == nil || strings.Contains(err.Error(), "private") {
			t.Error(err)
		}
	}
}

func TestPostForm(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/verify", http.StatusTemporaryRedirect)
			return
		}
		if r.Method != http.MethodPost || r.PostFormValue("secret") != "a&b" || r.PostFormValue("response") != "ü" {
			t.Error(r.Method, r.PostForm)
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"success":true}`)
	})
	form := url.Values{"secret": {"a&b"}, "response": {"ü"}}
	got, err := local().PostForm(t.Context(), s.URL, form)
	if err != nil || string(got.Body) != `{"success":true}` || got.ContentType != "application/json" {
		t.Error(got, err)
	}
	_, err = local().PostForm(t.Context(), s.URL+"/moved", form)
	if e, ok := errors.AsType[*fetch.StatusError](err); !ok || e.Status != http.StatusTemporaryRedirect {
		t.Error("a form was handed on:", err)
	}
	if _, err := local().PostForm(t.Context(), "ftp://example.com", form); !errors.Is(err, fetch.ErrURL) {
		t.Error(err)
	}
}

func TestACertificateNobodyVouchesFor(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := local().Get(t.Context(), s.URL, "")
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
		t.Error(err)
	}
}
