package redirect

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/phuslu/iploc"
	"github.com/valyala/fasthttp"

	"github.com/linklog/linklog/domain"
)

// Config is what a Server needs. Fields without a default must be set.
type Config struct {
	Links       Links
	Tail        Tail
	Recorder    Recorder    // outlives the server; close it after Run has returned
	LoadSalt    LoadSalt    // nil: no visitor hashes
	Classify    Classify    // nil: nobody knows what a user agent stands for, and every visitor passes for a person
	Clicks      Clicks      // nil: limits count the visits that this process answered
	Blocked     Blocked     // nil: nothing is, until the tail says so
	DefaultHost domain.Host // whose slugs a request under an unknown name means
	Proxies     Proxies
	CityFile    string           // a file in MaxMind's format that knows cities (GeoLite2, GeoIP2, DB-IP); empty: none
	CityEvery   time.Duration    // between two looks whether CityFile was replaced, default 1 min
	Brand       string           // on pages; default Linklog
	GuessLimit  int              // slugs that don't exist a visitor may ask for in a row, then one a second; 0: any number
	Limit       int              // links held in memory, default 1,000,000
	Budget      int              // look-ups of unknown slugs a second while every link is held, default 100
	Lookups     int              // look-ups at one time, default 32
	Timeout     time.Duration    // of a look-up, default 1 s
	CatchUp     time.Duration    // how long readiness waits for the tail, default 10 s
	Grace       time.Duration    // for requests under way at the end, default 5 s
	Log         *slog.Logger     // default slog.Default()
	Now         func() time.Time // default time.Now; for tests
}

// Blocked reads what is on the blocklist now.
type Blocked func(context.Context) ([]domain.Block, error)

func (c Config) withDefaults() Config {
	c.Brand = cmp.Or(c.Brand, "Linklog")
	c.Limit = cmp.Or(c.Limit, 1_000_000)
	c.Budget = cmp.Or(c.Budget, 100)
	c.Lookups = cmp.Or(c.Lookups, 32)
	c.Timeout = cmp.Or(c.Timeout, time.Second)
	c.CityEvery = cmp.Or(c.CityEvery, time.Minute)
	c.CatchUp = cmp.Or(c.CatchUp, 10*time.Second)
	c.Grace = cmp.Or(c.Grace, 5*time.Second)
	c.Log = cmp.Or(c.Log, slog.Default())
	c.Proxies.ForwardedHeader = cmp.Or(c.Proxies.ForwardedHeader, fasthttp.HeaderXForwardedFor)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Server sends visitors of short links on. Make it with New, and Run it once.
type Server struct {
	table   *table
	handler *handler
	links   Links
	tail    Tail
	blocked Blocked
	limit   int
	catchUp time.Duration
	grace   time.Duration
	log     *slog.Logger
	now     func() time.Time
	http    *fasthttp.Server
	tailing tailing

	loaded    chan struct{} // closed by follow when the table is filled
	ready     chan struct{} // closed by beReady
	readyOnce sync.Once
	stop      context.CancelFunc // ends look-ups
}

// New makes a server that does nothing yet. It fails if [Config.CityFile] can't be read.
func New(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	pages, err := newPages(cfg.Brand)
	if err != nil {
		return nil, err
	}
	cities, err := newPlaces(cfg.CityFile, cfg.CityEvery)
	if err != nil {
		return nil, err
	}
	s := &Server{
		table: newTable(cfg.Limit, cfg.DefaultHost), links: cfg.Links, tail: cfg.Tail, blocked: cfg.Blocked, limit: cfg.Limit,
		catchUp: cfg.CatchUp, grace: cfg.Grace, log: cfg.Log, now: cfg.Now,
		loaded: make(chan struct{}), ready: make(chan struct{}),
	}
	base, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.handler = &handler{
		table: s.table, recorder: cfg.Recorder, pages: pages, loaded: s.loaded, base: base,
		guesses: newLimiter[netip.Addr](cfg.GuessLimit, guessEvery, cfg.Now),
		agents:  newAgents(cfg.Classify), counts: newCounts(cfg.Clicks, cfg.Now), passwords: newPasswords(cfg.Now),
		observer: observer{proxies: cfg.Proxies, salts: newSalts(cfg.LoadSalt), places: cities},
		lookups: &lookups{
			table: s.table, links: cfg.Links, budget: newBudget(cfg.Budget, cfg.Now), gate: make(chan struct{}, cfg.Lookups),
			timeout: cfg.Timeout, now: cfg.Now, flights: map[string]*flight{},
		},
		clicks: sync.Pool{New: func() any { return new(domain.Click) }},
		keys:   sync.Pool{New: func() any { return new([]byte) }},
	}
	s.http = newHTTP(s.handler.serve, cfg.Log)
	return s, nil
}

// newHTTP sets the limits of the protocol. A visitor's request is small; what is not is refused.
func newHTTP(serve fasthttp.RequestHandler, log *slog.Logger) *fasthttp.Server {
	return &fasthttp.Server{
		Handler: serve, ErrorHandler: unreadable, Logger: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ReadBufferSize: 16 << 10, MaxRequestBodySize: 4 << 10,
		ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		NoDefaultServerHeader: true, NoDefaultContentType: true, SecureErrorLogMessage: true, CloseOnShutdown: true,
	}
}

// Ready is closed once the table is filled and the tail of link events has caught up (or can't, or took longer than Config.CatchUp).
func (s *Server) Ready() <-chan struct{} { return s.ready }

// Run serves on ln until ctx ends, then lets the requests under way finish. It closes ln. The error is nil if all of them did.
func (s *Server) Run(ctx context.Context, ln net.Listener) error {
	iploc.IPCountry(netip.IPv6Loopback()) // unpacks its IPv6 table, which no visitor should wait for
	background, end := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	defer work.Wait()
	defer end()
	defer s.stop()
	work.Go(func() { s.follow(background) })
	work.Go(func() { s.handler.observer.salts.run(background, s.now, s.log) })
	work.Go(func() { s.handler.observer.places.run(background, s.log) })
	served := make(chan error, 1)
	work.Go(func() { served <- s.http.Serve(ln) })
	select {
	case err := <-served:
		if err == nil {
			err = net.ErrClosed
		}
		return fmt.Errorf("serve redirects: %w", err)
	case <-ctx.Done():
	}
	draining, cancel := context.WithTimeout(background, s.grace)
	defer cancel()
	if err := s.http.ShutdownWithContext(draining); err != nil {
		return fmt.Errorf("let requests finish: %w", err)
	}
	return nil
}
