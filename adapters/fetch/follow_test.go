package fetch_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/fetch"
)

func TestForbiddenAddressesAreNotDialled(t *testing.T) {
	t.Parallel()
	inside := secret(t)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.URL, http.StatusMovedPermanently)
	})
	for name, address := range map[string]string{
		"direct":   inside.URL,
		"redirect": s.URL,
		"mapped":   strings.Replace(inside.URL, "127.0.0.2", "[::ffff:127.0.0.2]", 1),
		"hex":      strings.Replace(inside.URL, "127.0.0.2", "[::ffff:7f00:2]", 1),
	} {
		if _, err := local().Get(t.Context(), address, ""); !errors.Is(err, fetch.ErrForbiddenAddress) {
			t.Errorf("get %s: %v", name, err)
		}
		if _, err := local().Resolve(t.Context(), address, nil); !errors.Is(err, fetch.ErrForbiddenAddress) {
			t.Errorf("resolve %s: %v", name, err)
		}
	}
	if _, err := local().PostForm(t.Context(), inside.URL, nil); !errors.Is(err, fetch.ErrForbiddenAddress) {
		t.Error("post:", err)
	}
	if _, err := fetch.New(fetch.Options{}).Get(t.Context(), s.URL, ""); !errors.Is(err, fetch.ErrForbiddenAddress) {
		t.Error("this machine, without leave:", err)
	}
}

func TestANameThatChangesItsAddress(t *testing.T) {
	t.Parallel()
	inside := secret(t)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		// The same name again, which leads elsewhere by now.
		http.Redirect(w, r, under("rebind.test", inside), http.StatusFound)
	})
	client := local(func(o *fetch.Options) { o.Resolver = names(t, "127.0.0.1", "127.0.0.2") })
	if _, err := client.Get(t.Context(), under("rebind.test", s), ""); !errors.Is(err, fetch.ErrForbiddenAddress) {
		t.Error(err)
	}
}

func TestANameWithAnAddressInside(t *testing.T) {
	t.Parallel()
	client := local(func(o *fetch.Options) { o.Resolver = names(t, "169.254.169.254") })
	if _, err := client.Get(t.Context(), "http://metadata.test/", ""); !errors.Is(err, fetch.ErrForbiddenAddress) {
		t.Error(err)
	}
}

func TestTheEnvironmentsProxyIsNotAsked(t *testing.T) {
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	client := local(func(o *fetch.Options) { o.Resolver = names(t, "10.0.0.1") })
	if _, err := client.Get(t.Context(), "http://inside.test/", ""); !errors.Is(err, fetch.ErrForbiddenAddress) {
		t.Error(err)
	}
}

func TestAddressesThatAreNotOfTheWeb(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(http.StatusFound)
	})
	for _, address := range []string{
		"", "logo.png", "//example.com/logo.png", "file:///etc/passwd", "ftp://example.com", "gopher://example.com",
		"http://", "http://:80/", "https:example.com", "http://user:secret@example.com", "http://user@example.com",
		"javascript:alert(1)", "http://[::1", "http://exa\nmple.com", "data:image/png;base64,AA==",
	} {
		if _, err := local().Get(t.Context(), address, ""); !errors.Is(err, fetch.ErrURL) {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, to := range []string{"file:///etc/passwd", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://[::1"} {
		if _, err := local().Get(t.Context(), s.URL+"?to="+url.QueryEscape(to), ""); !errors.Is(err, fetch.ErrURL) {
			t.Errorf("to %q: %v", to, err)
		}
		always := func(u *url.URL) bool { return u.Host != strings.TrimPrefix(s.URL, "http://") }
		if u, err := local().Resolve(t.Context(), s.URL+"?to="+url.QueryEscape(to), always); !errors.Is(err, fetch.ErrURL) {
			t.Errorf("to %q: %v, %v", to, u, err)
		}
	}
}

// staircase leads from /n to /n-1 and so down to /0.
func staircase(t *testing.T) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		if _, _ = fmt.Sscanf(r.URL.Path, "/%d", &n); n > 0 {
			http.Redirect(w, r, fmt.Sprintf("/%d", n-1), http.StatusSeeOther)
		}
	}).URL
}

func TestTooManyRedirects(t *testing.T) {
	t.Parallel()
	s := staircase(t)
	for _, c := range []struct{ option, most int }{{0, 5}, {2, 2}, {-1, 0}} {
		client := local(func(o *fetch.Options) { o.MaxRedirects = c.option })
		if _, err := client.Get(t.Context(), fmt.Sprintf("%s/%d", s, c.most), ""); err != nil {
			t.Errorf("%d redirects: %v", c.most, err)
		}
		_, err := client.Get(t.Context(), fmt.Sprintf("%s/%d", s, c.most+1), "")
		if !errors.Is(err, fetch.ErrTooManyRedirects) || !strings.Contains(err.Error(), fmt.Sprintf("more than %d", c.most)) {
			t.Errorf("%d redirects: %v", c.most+1, err)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	var asked []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		switch {
		case r.URL.Path == "/short":
			http.Redirect(w, r, "/middle", http.StatusTemporaryRedirect)
		case r.URL.Path == "/middle" && r.Method == http.MethodHead:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case r.URL.Path == "/middle":
			http.Redirect(w, r, "end?x=1", http.StatusFound)
		case r.URL.Path == "/gone":
			w.WriteHeader(http.StatusGone)
		case r.URL.Path == "/unchanged":
			w.WriteHeader(http.StatusNotModified)
		}
	})
	resolve := func(path string, arrived func(*url.URL) bool, want string, requests ...string) {
		t.Helper()
		asked = nil
		u, err := local().Resolve(t.Context(), s.URL+path, arrived)
		if err != nil || u.String() != s.URL+want {
			t.Errorf("%s leads to %v, %v", path, u, err)
		}
		if strings.Join(asked, ", ") != strings.Join(requests, ", ") {
			t.Errorf("%s asked %q", path, asked)
		}
	}
	resolve("/end", nil, "/end", "HEAD /end")
	resolve("/short", nil, "/end?x=1", "HEAD /short", "HEAD /middle", "GET /middle", "HEAD /end")
	resolve("/short#there", nil, "/end?x=1#there", "HEAD /short", "HEAD /middle", "GET /middle", "HEAD /end")
	at := func(path string) func(*url.URL) bool { return func(u *url.URL) bool { return u.Path == path } }
	resolve("/short", at("/end"), "/end?x=1", "HEAD /short", "HEAD /middle", "GET /middle")
	resolve("/short", at("/middle"), "/middle", "HEAD /short")
	resolve("/short", at("/short"), "/short")

	for path, status := range map[string]int{"/gone": http.StatusGone, "/unchanged": http.StatusNotModified} {
		u, err := local().Resolve(t.Context(), s.URL+path, nil)
		if e, ok := errors.AsType[*fetch.StatusError](err); !ok || e.Status != status || u != nil {
			t.Error(path, u, err)
		}
	}
}

// What is arrived at is not asked for, so it may be anywhere, and the last redirect may lead there.
func TestResolveArrivesWithoutAsking(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://open.spotify.test/track/1?si=2", http.StatusMovedPermanently)
	})
	client := local(func(o *fetch.Options) { o.MaxRedirects = -1 })
	u, err := client.Resolve(t.Context(), s.URL, func(u *url.URL) bool { return u.Hostname() == "open.spotify.test" })
	if err != nil || u.String() != "https://open.spotify.test/track/1?si=2" {
		t.Error(u, err)
	}
}

func TestDeniedNetworks(t *testing.T) {
	t.Parallel()
	s := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	client := local(func(o *fetch.Options) { o.Deny = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/29")} })
	if _, err := client.Get(t.Context(), s.URL, ""); !errors.Is(err, fetch.ErrForbiddenAddress) {
		t.Error(err)
	}
}
