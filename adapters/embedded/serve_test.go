package embedded

import (
	"errors"
	"strings"
	"syscall"
	"testing"
)

func TestServerLog(t *testing.T) {
	check := func(want string, lines ...string) {
		t.Helper()
		log := newServerLog(nil)
		for _, line := range lines { // in pieces, as a pipe delivers them
			half := len(line) / 2
			_, _ = log.Write([]byte(line[:half]))
			_, _ = log.Write([]byte(line[half:] + "\n"))
		}
		if err := log.reason(); !strings.Contains(err.Error(), want) {
			t.Errorf("log %q gives %q, want %q", lines, err, want)
		}
	}
	check("without a word")
	check("the server says: data directory has wrong ownership", "2026-01-01 [1] LOG:  starting", "2026-01-01 [1] FATAL:  data directory has wrong ownership")
	check("address already in use",
		`LOG:  could not bind IPv4 address "127.0.0.1": Address already in use`, "FATAL:  could not create any TCP/IP sockets")
}

func TestServerLogTellsTakenPortApart(t *testing.T) {
	log := newServerLog(nil)
	_, _ = log.Write([]byte("LOG:  could not bind IPv4 address\n"))
	if err := log.reason(); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v, want %v", err, syscall.EADDRINUSE)
	}
}

func TestServerLogSaysReadyOnce(t *testing.T) {
	log := newServerLog(nil)
	for range 2 {
		_, _ = log.Write([]byte("LOG:  database system is ready to accept connections\n"))
	}
	<-log.ready
}
