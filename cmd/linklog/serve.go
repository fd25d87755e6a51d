package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// The roles of a process.
const (
	roleAPI        = "api"
	roleDecider    = "decider"
	roleProjector  = "projector"
	roleRedirector = "redirector"
	roleRelay      = "relay"
)

// allRoles in the order they start; they stop the other way round, so that what visitors and
// callers reach goes first and what it hands its work to goes last.
var allRoles = []string{roleProjector, roleDecider, roleRelay, roleRedirector, roleAPI}

type serveCmd struct {
	Role string `arg:"" help:"api, decider, projector, redirector, relay or all." enum:"api,decider,projector,redirector,relay,all"`
	JSON bool   `help:"Print one JSON line with the addresses when ready."`
	kafkaSettings
	databaseSettings
	siteSettings
	listenSettings
}

// Help shows an example.
func (*serveCmd) Help() string {
	return `Start as many processes of each role as you like; they share the work.

  export LINKLOG_KAFKA_BROKERS=kafka:9092 LINKLOG_DATABASE_URL=postgres://…
  linklog serve projector & linklog serve decider & linklog serve api & linklog serve redirector`
}

// readyLine is what --json prints once a process serves.
type readyLine struct {
	API      string `json:"api,omitempty"`
	Redirect string `json:"redirect,omitempty"`
	Admin    string `json:"admin"`
	APIKey   string `json:"api_key,omitempty"`
	Kafka    string `json:"kafka,omitempty"`
	Database string `json:"database,omitempty"`

	Dashboard string `json:"dashboard,omitempty"` // of dev, like what opens it
	Email     string `json:"email,omitempty"`
	Password  string `json:"password,omitempty"`
}

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	roles := []string{c.Role}
	if c.Role == "all" {
		roles = allRoles
	}
	listeners, err := c.listen(ctx, roles)
	if err != nil {
		return err
	}
	defer listeners.close()
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.ListenRedirect
	}
	if c.Spool == "" {
		c.Spool = "linklog-spool"
	}
	p, err := connect(ctx, c.Role, log, c.kafkaSettings, c.databaseSettings, c.siteSettings)
	if err != nil {
		return err
	}
	defer p.close()
	s := newStack(log)
	defer s.stop()
	ready, err := p.start(s, roles, listeners, c.Pprof)
	if err != nil {
		return err
	}
	return s.serve(ctx, ready, func() error {
		log.Info("ready", "roles", strings.Join(roles, " "))
		if c.JSON {
			return json.NewEncoder(t.out).Encode(listeners.line())
		}
		return nil
	})
}

// listeners are the open ports of this process; those of roles it does not have are nil.
type listeners struct{ api, redirect, admin net.Listener }

// listen opens what the roles need, before anything else is done: a port that is taken
// should be the first thing to be heard of.
func (c listenSettings) listen(ctx context.Context, roles []string) (*listeners, error) {
	var l listeners
	for _, want := range []struct {
		to   *net.Listener
		addr string
		flag string
		role string
	}{
		{&l.api, c.ListenAPI, "--listen-api", roleAPI},
		{&l.redirect, c.ListenRedirect, "--listen-redirect", roleRedirector},
		{&l.admin, c.ListenAdmin, "--listen-admin", ""},
	} {
		if want.role != "" && !slices.Contains(roles, want.role) {
			continue
		}
		var config net.ListenConfig
		listener, err := config.Listen(ctx, "tcp", want.addr)
		if err != nil {
			l.close()
			return nil, fmt.Errorf("%s is not free (choose another with %s): %w", want.addr, want.flag, err)
		}
		*want.to = listener
	}
	return &l, nil
}

func (l *listeners) close() {
	for _, one := range []net.Listener{l.api, l.redirect, l.admin} {
		if one != nil {
			_ = one.Close()
		}
	}
}

// line is where this process can be reached.
func (l *listeners) line() readyLine {
	base := func(l net.Listener) string {
		if l == nil {
			return ""
		}
		return "http://" + l.Addr().String()
	}
	return readyLine{API: base(l.api), Redirect: base(l.redirect), Admin: base(l.admin)}
}

// spacious lets garbage be collected when there is three times what is in use, instead of as much: a
// server makes much of it, and keeps little. What GOGC says stays.
func spacious() {
	const usual = 100
	if before := debug.SetGCPercent(3 * usual); before != usual {
		debug.SetGCPercent(before)
	}
}

// start puts the roles on the stack. The gate opens when all of them serve.
func (p *parts) start(s *stack, roles []string, l *listeners, profiles bool) (*gate, error) {
	spacious()
	ready, metrics := newGate(roles...), newMetrics()
	s.start("admin", func(ctx context.Context) error { return serveAdmin(ctx, l.admin, ready, metrics, profiles, p.log) })
	s.start("watch", p.watch.Run)
	for _, role := range roles {
		if err := p.startRole(s, role, l, ready, metrics); err != nil {
			return nil, err
		}
	}
	return ready, nil
}

func (p *parts) startRole(s *stack, role string, l *listeners, ready *gate, metrics *prometheus.Registry) error {
	switch role {
	case roleDecider:
		ready.pass(role)
		s.start(role, p.decide)
	case roleProjector:
		ready.pass(role)
		s.start(role, p.project)
	case roleRelay:
		ready.pass(role)
		s.start(role, p.relay)
	case roleRedirector:
		r, err := p.newRedirector()
		if err != nil {
			return err
		}
		metrics.MustRegister(redirectMetrics{r.server, r.spool})
		s.start(role, func(ctx context.Context) error { return r.run(ctx, l.redirect) })
		s.start(role+" ready", func(ctx context.Context) error {
			select {
			case <-r.server.Ready():
				ready.pass(role)
				<-ctx.Done()
			case <-ctx.Done():
			}
			return nil
		})
	case roleAPI:
		s.start(role, func(ctx context.Context) error { return p.serveAPI(ctx, l.api, func() { ready.pass(role) }) })
	}
	return nil
}
