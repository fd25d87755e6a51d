package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// Times a connection is given. A body must have arrived within readTimeout.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10
)

// Options of a Server. PublicURL is required.
type Options struct {
	PublicURL      string                 // where short links live, as in https://lnk.example or http://localhost:8081
	Deadline       time.Duration          // for a write to be decided; 0: five seconds
	TrustedProxies []netip.Prefix         // whose X-Forwarded-For is believed; none: nobody's
	DialectHosts   map[domain.Host]string // dialects that are the whole of a host, by name
	Plans          map[domain.Plan]Plan   // in place of those in [Plans]
	Origins        []string               // of pages elsewhere that may call, as https://app.example; *: all; none: no page may
	Heartbeat      time.Duration          // of streams that have nothing to tell; 0: 15 seconds
	Clock          func() time.Time       // nil: time.Now
	Log            *slog.Logger           // nil: slog.Default
}

// Parts is what a Server works with; all are required, but for those that say what nil means.
type Parts struct {
	Commands   Commands
	Links      Links
	Clicks     Clicks
	Keys       Keys
	Allowances Allowances

	OpenAPI fs.FS // the documents of the native API (native.yaml) and of dialects; nil: they aren't shown

	LookupTXT    func(ctx context.Context, name string) ([]string, error)  // asks the DNS; nil: the machine's resolver
	DomainSecret []byte                                                    // makes the records that prove whose domains are
	FetchImage   func(ctx context.Context, address string) ([]byte, error) // asks strangers for a logo; nil: nobody is asked

	Size      func(domain.Command) (int, error)  // how many bytes a command is in the log; nil: none is too large
	ClickLog  ClickLog                           // nil: clicks are not streamed
	Imports   ClickImports                       // nil: clicks can't be imported
	ClickJSON func(domain.Click) ([]byte, error) // how a click is shown, on one line
	Webhooks  Webhooks                           // nil: there are none

	Sessions func(*http.Request) (domain.Caller, bool) // who has signed in, by a cookie: they may read the native API; nil: nobody has
	Pages    http.Handler                              // answers what is no API's path; nil: 404
}

// Server is the native API.
type Server struct {
	commands   Commands
	links      Links
	clicks     Clicks
	keys       Keys
	allowances Allowances
	size       func(domain.Command) (int, error)

	openAPI      fs.FS
	lookupTXT    func(ctx context.Context, name string) ([]string, error)
	domainSecret []byte
	pictures     *pictures // nil: nobody is asked for any

	sessions func(*http.Request) (domain.Caller, bool)
	pages    http.Handler

	stream    *hub
	imports   ClickImports
	webhooks  Webhooks
	dialects  []*Dialect
	known     shortDomains
	passwords passwords

	dialectHosts map[domain.Host]string
	plans        map[domain.Plan]Plan
	origins      []string
	heartbeat    time.Duration

	public   *url.URL
	host     domain.Host // the short domain that new links live on
	deadline time.Duration
	clock    func() time.Time
	log      *slog.Logger
	echo     *echo.Echo

	http     *http.Server
	listener net.Listener
	stopped  chan error // what the serving goroutine ended with
}

// New makes a server that is not listening yet.
func New(o Options, p Parts) (*Server, error) {
	public, err := url.Parse(o.PublicURL)
	if err != nil || public.Scheme != "http" && public.Scheme != "https" || public.Path != "" && public.Path != "/" {
		return nil, fmt.Errorf("public URL %q must be like https://lnk.example or http://localhost:8081", o.PublicURL)
	}
	host, err := domain.ParseHost(public.Host)
	if err != nil {
		return nil, fmt.Errorf("read public URL: %w", err)
	}
	s := &Server{
		commands: p.Commands, links: p.Links, clicks: p.Clicks, keys: p.Keys, allowances: p.Allowances, size: p.Size,
		openAPI: p.OpenAPI, lookupTXT: p.LookupTXT, domainSecret: p.DomainSecret,
		sessions: p.Sessions, pages: p.Pages,
		public: public, host: host, deadline: o.Deadline, clock: o.Clock, heartbeat: o.Heartbeat, log: o.Log, echo: echo.New(),
		dialectHosts: o.DialectHosts, plans: plans(o.Plans), origins: o.Origins,
		known: shortDomains{own: host}, passwords: newPasswords(),
	}
	if s.deadline == 0 {
		s.deadline = 5 * time.Second
	}
	if s.lookupTXT == nil {
		s.lookupTXT = net.DefaultResolver.LookupTXT
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.heartbeat == 0 {
		s.heartbeat = 15 * time.Second
	}
	if p.FetchImage != nil {
		s.pictures = newPictures(p.FetchImage, s.clock)
	}
	s.imports, s.webhooks = p.Imports, p.Webhooks
	s.stream = newHub(p.ClickLog, p.ClickJSON, s.log)
	s.echo.IPExtractor = ClientIP(o.TrustedProxies)
	s.echo.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(c, err) }
	s.routes(s.echo)
	return s, nil
}

// ClientIP believes the peer's address, or what trusted proxies say of it.
func ClientIP(trusted []netip.Prefix) func(*http.Request) string {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		p = p.Masked()
		ip := p.Addr().AsSlice()
		options = append(options, echo.TrustIPRange(&net.IPNet{IP: ip, Mask: net.CIDRMask(p.Bits(), 8*len(ip))}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// ServeHTTP answers one request, for a process that has its own listener.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.rehost(r)
	if s.pages != nil && !s.hasAPI(r.URL.Path) {
		s.pages.ServeHTTP(w, r)
		return
	}
	if s.shareWith(w.Header(), r) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w, r, end := asGet(w, r)
	defer end()
	s.echo.ServeHTTP(w, r)
}

// Start serves on l in a goroutine that ends with Stop, which also closes l. It must be called
// at most once.
func (s *Server) Start(l net.Listener) {
	s.listener, s.stopped = l, make(chan error, 1)
	s.http = &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	go func() { s.stopped <- s.http.Serve(l) }()
}

// Addr is where a started server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Stop takes no more connections, ends streams, lets other requests under way end until ctx
// does, then cuts the rest off. To a server that was not started it only does the former.
func (s *Server) Stop(ctx context.Context) error {
	s.stream.stop()
	if s.http == nil {
		return nil
	}
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("drain the API: %w", errors.Join(err, s.http.Close()))
	}
	if served := <-s.stopped; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	s.stopped <- http.ErrServerClosed // for another Stop
	return err
}

// shortURL is where visitors find a link: its host, on the scheme and port of the public URL.
func (s *Server) shortURL(l domain.Link) string {
	u := s.public.Scheme + "://" + string(l.Host)
	if port := s.public.Port(); port != "" {
		u += ":" + port
	}
	return u + "/" + string(l.Slug)
}
