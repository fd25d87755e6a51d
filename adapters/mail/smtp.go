package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// sendTime bounds the sending of one mail.
const sendTime = 20 * time.Second

// TLS says how a connection to a mail server is kept private.
type TLS string

// The ways.
const (
	StartTLS TLS = "starttls" // begun in clear, and only gone on with in private
	Implicit TLS = "tls"      // from the first byte, as on port 465
	NoTLS    TLS = "none"     // in clear: for a server on the same machine
)

// Settings are where mails are sent through, and from whom.
type Settings struct {
	Address  string // of the server, host:port
	User     string // empty: it wants no name
	Password string
	From     string // as "Linklog <links@example.com>"
	TLS      TLS    // empty: StartTLS
}

// SMTP sends mails through a server.
type SMTP struct {
	settings Settings
	options  []gomail.Option
	host     string
}

// NewSMTP checks the settings. The server is not asked yet.
func NewSMTP(s Settings) (*SMTP, error) {
	host, portText, err := net.SplitHostPort(s.Address)
	if err != nil {
		return nil, fmt.Errorf("read mail server's address: %w", err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("read mail server's port: %w", err)
	}
	if err := gomail.NewMsg().From(s.From); err != nil {
		return nil, fmt.Errorf("read mails' sender: %w", err)
	}
	options := []gomail.Option{gomail.WithPort(int(port)), gomail.WithTimeout(sendTime)}
	switch s.TLS {
	case StartTLS, "":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		options = append(options, gomail.WithSSL())
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("mail server's TLS must be %s, %s or %s, not %q", StartTLS, Implicit, NoTLS, s.TLS)
	}
	if s.User != "" {
		if s.TLS == NoTLS && !isLoopback(host) {
			return nil, errors.New("a mail server's password must not be sent in clear to another machine")
		}
		auth := gomail.SMTPAuthAutoDiscover
		if s.TLS == NoTLS {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return &SMTP{settings: s, options: options, host: host}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send sends a plain text mail, and returns when the server has taken it.
func (s *SMTP) Send(ctx context.Context, to, subject, text string) error {
	m := gomail.NewMsg()
	if err := m.From(s.settings.From); err != nil {
		return fmt.Errorf("write mail's sender: %w", err)
	}
	if err := m.To(to); err != nil {
		return fmt.Errorf("write mail's address: %w", err)
	}
	m.Subject(subject)
	m.SetMessageID()
	m.SetDate()
	m.SetGenHeader("Auto-Submitted", "auto-generated") // so that nobody's holiday notice answers
	m.SetBodyString(gomail.TypeTextPlain, text)
	var line line
	defer line.close()
	options := slices.Clone(s.options)
	if s.settings.TLS != Implicit { // then only the client's own dialer knows that it is private
		options = append(options, gomail.WithDialContextFunc(line.dial))
	}
	client, err := gomail.NewClient(s.host, options...)
	if err != nil {
		return fmt.Errorf("make mail client: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

// line is the connection of one mail. The client leaves it open if it doesn't like the server.
type line struct{ conn net.Conn }

func (l *line) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	l.conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	return l.conn, err
}

func (l *line) close() {
	if l.conn != nil {
		_ = l.conn.Close() // what was sent is acknowledged or it failed
	}
}
