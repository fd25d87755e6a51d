package redirect_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
)

// A browser's request, as both handlers get it.
const browserRequest = "GET /spring-sale HTTP/1.1\r\nHost: go.example\r\n" +
	"User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n" +
	"Accept-Language: de-CH,de;q=0.9,en;q=0.8\r\nAccept-Encoding: gzip, deflate, br\r\n" +
	"Referer: https://news.example/today/story?id=42\r\nConnection: keep-alive\r\n\r\n"

// forgetful is a recorder that costs nothing.
type forgetful struct{}

func (forgetful) Record(*domain.Click) {}

// cpu is the processor time this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// clientTarget is the variable that makes this test binary a client: "address requests".
const clientTarget = "REDIRECT_BENCH_CLIENT"

// drive has another process send b.N requests over a few real connections, and reports this process's processor time for each.
func drive(b *testing.B, addr string) {
	b.Helper()
	child := exec.CommandContext(b.Context(), os.Args[0])
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", clientTarget, addr, b.N))
	b.ReportAllocs()
	b.ResetTimer()
	before := cpu()
	out, err := child.CombinedOutput()
	b.StopTimer()
	b.ReportMetric(float64((cpu()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
	if err != nil {
		b.Errorf("client: %v: %s", err, out)
	}
}

// client is what the process started by drive does.
func client(target string) (exit int) {
	var addr string
	var requests int
	if _, err := fmt.Sscan(target, &addr, &requests); err != nil {
		fmt.Println(err)
		return 2
	}
	const connections = 32
	done := make(chan error, connections)
	for i := range connections {
		share := requests / connections
		if i < requests%connections {
			share++
		}
		go func() { done <- ask(addr, share) }()
	}
	for range connections {
		if err := <-done; err != nil {
			fmt.Println(err)
			exit = 1
		}
	}
	return exit
}

// ask is a client as cheap as can be: it writes the same bytes and reads to the end of a response that has no body.
func ask(addr string, requests int) error {
	c, err := net.Dial("tcp", addr) //nolint:noctx // a benchmark's own loopback
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // nothing to lose
	in := bufio.NewReader(c)
	for range requests {
		if _, err := io.WriteString(c, browserRequest); err != nil {
			return err
		}
		for first := true; ; first = false {
			line, err := in.ReadSlice('\n')
			if err != nil {
				return err
			}
			if first && !strings.HasPrefix(string(line), "HTTP/1.1 302 ") {
				return &net.ParseError{Type: "status", Text: string(line)}
			}
			if len(line) == 2 {
				break
			}
		}
	}
	return nil
}

func BenchmarkSocket(b *testing.B) {
	b.Run("empty-net-http", func(b *testing.B) {
		ln := listen(b)
		srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://example.com/")
			w.WriteHeader(http.StatusFound)
		}), ReadHeaderTimeout: time.Minute}
		go srv.Serve(ln) //nolint:errcheck // closed below
		defer srv.Close()
		drive(b, ln.Addr().String())
	})
	b.Run("linklog", func(b *testing.B) {
		r := start(b, setup{links: []domain.Link{link(1, "spring-sale", "https://example.com/")}, recorder: forgetful{}})
		drive(b, r.addr)
	})
}
