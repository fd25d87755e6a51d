package fetch_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/linklog/linklog/adapters/fetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// local may ask this machine, at its usual address only.
func local(change ...func(*fetch.Options)) *fetch.Client {
	o := fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	for _, f := range change {
		f(&o)
	}
	return fetch.New(o)
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

// secret is a server where nobody may get to: at another address of this machine.
func secret(t *testing.T) *httptest.Server {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this machine has no 127.0.0.2:", err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s arrived", r.Method, r.URL)
	}))
	s.Listener.Close()
	s.Listener = listener
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			t.Error("a connection arrived")
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// names answers each question for an IPv4 address with the next of these addresses, and
// goes on with the last.
func names(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		packet := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			var question dnsmessage.Message
			if question.Unpack(packet[:n]) != nil {
				continue
			}
			answer := dnsmessage.Message{
				Header:    dnsmessage.Header{ID: question.ID, Response: true, Authoritative: true},
				Questions: question.Questions,
			}
			if q := question.Questions[0]; q.Type == dnsmessage.TypeA {
				answer.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class},
					Body:   &dnsmessage.AResource{A: netip.MustParseAddr(addresses[0]).As4()},
				}}
				addresses = addresses[min(1, len(addresses)-1):]
			}
			packed, err := answer.Pack()
			if err == nil {
				_, err = conn.WriteTo(packed, from)
			}
			if err != nil {
				t.Error(err)
			}
		}
	}()
	t.Cleanup(func() { conn.Close(); <-ended })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: time.Minute}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// under is a server's address with another host name.
func under(name string, s *httptest.Server) string {
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	return "http://" + net.JoinHostPort(name, port)
}
