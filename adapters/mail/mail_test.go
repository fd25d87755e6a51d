package mail_test

import (
	"bufio"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/mail"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }

// server is a mail server that takes one mail and hands over what it was told. One that refuses
// does so with the sender.
func server(t *testing.T, refuses bool) (address string, got <-chan string) {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1) // closed by the goroutine, which ends with its connection
	go func() {
		defer close(said)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		said <- converse(conn, refuses)
	}()
	t.Cleanup(func() {
		_ = l.Close()
		for range said { //nolint:revive // until it has ended
		}
	})
	return l.Addr().String(), said
}

func converse(conn net.Conn, refuses bool) string {
	var all strings.Builder
	r := textproto.NewReader(bufio.NewReader(conn))
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 here")
	for {
		line, err := r.ReadLine()
		if err != nil {
			return all.String()
		}
		all.WriteString(line + "\n")
		switch verb, _, _ := strings.Cut(line, " "); strings.ToUpper(verb) {
		case "EHLO":
			say("250-here\r\n250 AUTH PLAIN LOGIN")
		case "AUTH":
			say("235 you are")
		case "MAIL":
			if refuses {
				say("550 not from you")
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			lines, _ := r.ReadDotLines()
			all.WriteString(strings.Join(lines, "\n"))
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return all.String()
		default:
			say("250 ok")
		}
	}
}

func TestSMTPSends(t *testing.T) {
	address, got := server(t, false)
	s, err := mail.NewSMTP(mail.Settings{Address: address, From: "Linklog <links@example.com>", User: "me", Password: "secret", TLS: mail.NoTLS})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), "ann@example.com", "Grüße", "Follow this:\nhttps://example.com/?token=abc"); err != nil {
		t.Fatal(err)
	}
	said := <-got
	for _, want := range []string{
		"AUTH PLAIN", "MAIL FROM:<links@example.com>", "RCPT TO:<ann@example.com>", `From: "Linklog" <links@example.com>`, "Subject: =?UTF-8?",
		"Auto-Submitted: auto-generated", "Message-ID: <", "Content-Type: text/plain", "Follow this:",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in\n%s", want, said)
		}
	}
}

func TestSMTPTellsThatItFailed(t *testing.T) {
	address, _ := server(t, true)
	s, err := mail.NewSMTP(mail.Settings{Address: address, From: "links@example.com", TLS: mail.NoTLS})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), "ann@example.com", "s", "t"); err == nil || !strings.Contains(err.Error(), "not from you") {
		t.Errorf("got %v", err)
	}
	for _, to := range []string{"", "ann", "ann@example.com\r\nBcc: eve@example.com"} {
		if err := s.Send(t.Context(), to, "s", "t"); err == nil {
			t.Errorf("sent to %q", to)
		}
	}
}

// A server that knows no TLS must not be told anything in clear.
func TestSMTPInsistsOnTLS(t *testing.T) {
	address, got := server(t, false)
	s, err := mail.NewSMTP(mail.Settings{Address: address, From: "links@example.com", User: "me", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), "ann@example.com", "s", "the text"); err == nil {
		t.Error("sent in clear")
	}
	if said := <-got; strings.Contains(said, "AUTH") || strings.Contains(said, "the text") {
		t.Errorf("it was told\n%s", said)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	good := mail.Settings{Address: "mail.example.com:587", From: "links@example.com"}
	if _, err := mail.NewSMTP(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*mail.Settings){
		"no port":           func(s *mail.Settings) { s.Address = "mail.example.com" },
		"port out of range": func(s *mail.Settings) { s.Address = "mail.example.com:99999" },
		"no sender":         func(s *mail.Settings) { s.From = "" },
		"unknown TLS":       func(s *mail.Settings) { s.TLS = "maybe" },
		"password in clear": func(s *mail.Settings) { s.TLS, s.User, s.Password = mail.NoTLS, "me", "secret" },
	} {
		s := good
		spoil(&s)
		if _, err := mail.NewSMTP(s); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestBoxKeepsTheNewest(t *testing.T) {
	var b mail.Box
	for i := range 103 {
		if err := b.Send(t.Context(), "ann@example.com", fmt.Sprint(i), "text"); err != nil {
			t.Fatal(err)
		}
	}
	all := b.List()
	if len(all) != 100 || all[0].Subject != "102" || all[99].Subject != "3" || all[0].At.IsZero() {
		t.Errorf("%d mails, from %q to %q", len(all), all[0].Subject, all[len(all)-1].Subject)
	}
}
