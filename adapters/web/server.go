package web

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

// SignUp says who may make themselves an account.
type SignUp string

// The ways.
const (
	Open       SignUp = "open"       // everybody
	Invitation SignUp = "invitation" // who was invited to an account
	Closed     SignUp = "closed"     // nobody: the operator makes people
)

// Options of a Server. URL and PublicURL are required.
type Options struct {
	URL       string // where the dashboard is, as in https://app.example.com: mails link to it
	PublicURL string // where short links live
	SignUp    SignUp // empty: Invitation
	Dev       bool   // mails are shown at /dev/mail
	Operators []string

	Plans    map[domain.Plan]Plan       // what each entitles to
	Deadline time.Duration              // for a command to be decided; 0: five seconds
	ClientIP func(*http.Request) string // who asks, behind whatever proxies; nil: the peer
	Secret   []byte                     // seals what browsers bring back; the same in all processes; nil: drawn
	Foreign  Foreign                    // OpenID Connect; zero: none
	Clock    func() time.Time           // nil: time.Now
	Log      *slog.Logger               // nil: slog.Default
}

// Plan is what a plan entitles to, to be shown and to be stamped into commands.
type Plan struct {
	Requests int // an hour; 0: any number
	Domains  int // of its own; 0: any number
	Limits   domain.Limits
}

// Parts is what a Server works with; all are required, but for those that say what nil means.
type Parts struct {
	Commands Commands
	Links    Links
	Clicks   Clicks
	People   People
	Members  Members
	Keys     Keys
	Mailer   Mailer        // nil: no mail can be sent, so links for people are not made
	Mails    func() []Mail // what was sent, newest first, for /dev/mail; nil: not known

	// HashPassword is the hash by which redirects know the password of a link; the same salt gives
	// the same hash. nil: links get no passwords.
	HashPassword func(ctx context.Context, password string, salt [16]byte) (string, error)

	DomainSecret []byte                                                   // makes the records that prove whose domains are
	LookupTXT    func(ctx context.Context, name string) ([]string, error) // asks the DNS; nil: the machine's resolver

	// Erase closes an account for good: when it returns nobody gets in any more. Its links, its
	// domains, its people and at last its key are deleted in the time after.
	Erase func(ctx context.Context, account domain.AccountID) error

	Webhooks Webhooks // nil: none are sent
	Operator Operator // nil: this process doesn't operate the installation
}

// Mail is one that was sent.
type Mail struct {
	To, Subject, Text string
	At                time.Time
}

// Server is the dashboard. It is an http.Handler.
type Server struct {
	Parts

	options  Options
	url      *url.URL
	public   *url.URL
	host     domain.Host // the short domain that new links live on
	assets   *assets
	tickets  *tickets
	foreign  *foreign
	deadline time.Duration
	clock    func() time.Time
	log      *slog.Logger
	echo     *echo.Echo

	sending    chan struct{}  // has one for each mail that is sent after its answer
	afterwards sync.WaitGroup // of those
}

// New makes a dashboard.
func New(o Options, p Parts) (*Server, error) {
	s := &Server{Parts: p, options: o, deadline: o.Deadline, clock: o.Clock, log: o.Log, echo: echo.New(), sending: make(chan struct{}, mostAfterwards)}
	var err error
	if s.url, err = site(o.URL); err != nil {
		return nil, fmt.Errorf("read the dashboard's URL: %w", err)
	}
	if s.public, err = site(o.PublicURL); err != nil {
		return nil, fmt.Errorf("read the public URL: %w", err)
	}
	if s.host, err = domain.ParseHost(s.public.Host); err != nil {
		return nil, fmt.Errorf("read the public URL: %w", err)
	}
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("load assets: %w", err)
	}
	s.defaults()
	if s.tickets, err = newTickets(s.options.Secret, s.clock); err != nil {
		return nil, err
	}
	s.foreign = newForeign(o.Foreign, s.address(foreignCallback))
	s.echo.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(c, err) }
	s.echo.IPExtractor = o.ClientIP
	s.routes(s.echo)
	return s, nil
}

func (s *Server) defaults() {
	if s.deadline == 0 {
		s.deadline = 5 * time.Second
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.options.Secret == nil {
		s.options.Secret = drawnSecret()
	}
	if s.LookupTXT == nil {
		s.LookupTXT = net.DefaultResolver.LookupTXT
	}
	if s.options.SignUp == "" {
		s.options.SignUp = Invitation
	}
	if s.options.ClientIP == nil {
		s.options.ClientIP = echo.ExtractIPDirect()
	}
}

// site is an address without a path.
func site(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("%q must be like https://app.example.com", raw)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// address is where a path of the dashboard is, for mails and other sites.
func (s *Server) address(path string) string { return s.url.String() + path }

// shortURL is where visitors find a slug of a host.
func (s *Server) shortURL(host domain.Host, slug domain.Slug) string {
	u := url.URL{Scheme: s.public.Scheme, Host: string(host), Path: "/" + string(slug)}
	if port := s.public.Port(); port != "" {
		u.Host += ":" + port
	}
	return u.String()
}

// operates reports whether somebody runs this installation.
func (s *Server) operates(p identity.Person) bool {
	isOne := func(o string) bool { return strings.ToLower(strings.TrimSpace(o)) == p.Email }
	return p.Verified && p.Email != "" && slices.ContainsFunc(s.options.Operators, isOne)
}

// planOf is what an account is entitled to by its plan, or by the smallest, but for what was agreed
// with it.
func (s *Server) planOf(m identity.Membership) Plan {
	p, ok := s.options.Plans[m.Plan]
	if !ok {
		p = s.options.Plans[domain.Free]
	}
	p.Requests = cmp.Or(m.Requests, p.Requests)
	return p
}
