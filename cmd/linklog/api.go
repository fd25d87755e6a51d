package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/adapters/web"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
	"github.com/linklog/linklog/schemas"
)

// drainTime is how long requests under way may take when the process ends.
const drainTime = 10 * time.Second

// serveAPI runs the role api on l until ctx ends; ready is called once writes can be asked for.
func (p *parts) serveAPI(ctx context.Context, l net.Listener, ready func()) error {
	outbox, err := kafka.NewOutbox(p.kafka, p.codec)
	if err != nil {
		return err
	}
	defer func() { _ = outbox.Close() }()
	model := links.NewReader(p.pool, p.watch)
	bus := p.newBus(outbox, model)
	bus.Start()
	defer bus.Stop()
	reader, err := kafka.NewClickReader(p.kafka, p.log)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }() // it has only read
	imports, err := p.newClickImports()
	if err != nil {
		return err
	}
	defer func() { _ = imports.shipper.Close() }() // what it has sent is acknowledged, or its sender was told
	erasures := newErasures(eraser{postgres.NewAccounts(p.pool), bus, model, nil}, p.log)
	operator := p.newOperatorDesk(model, p.site.Spools)
	server, pages, err := p.newAPI(ctx, l.Addr().String(), behind{bus, model, reader, imports, erasures, operator})
	if err != nil {
		return err
	}
	life, end := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer end()
	background.Go(func() { erasures.run(life) })
	background.Go(func() { operator.run(life) })
	server.Start(l)
	err = p.registerDomain(ctx, bus, model)
	if err == nil {
		ready()
		<-ctx.Done()
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err = errors.Join(err, server.Stop(drain))
	pages.Wait()
	return err
}

// behind is what the API and the dashboard work with.
type behind struct {
	bus      *commands.Bus
	model    *links.Reader
	clicks   *kafka.ClickReader
	imports  *clickImports
	erasures *erasures
	operator *operatorDesk
}

// newAPI makes the API with its dialects, and the dashboard beside it.
func (p *parts) newAPI(ctx context.Context, address string, b behind) (server *httpapi.Server, pages *web.Server, err error) {
	addresses, err := postgres.Secret(ctx, p.pool, "addresses")
	if err != nil {
		return nil, nil, err
	}
	domains, err := p.domainProofs(ctx)
	if err != nil {
		return nil, nil, err
	}
	options, err := p.apiOptions()
	if err != nil {
		return nil, nil, err
	}
	pages, err = p.newDashboard(ctx, p.dashboardOptions(address, options), b, domains,
		func(ctx context.Context, password string, salt [16]byte) (string, error) {
			return server.HashPassword(ctx, password, salt)
		})
	if err != nil {
		return nil, nil, err
	}
	server, err = httpapi.New(options, httpapi.Parts{
		Commands: b.bus, Links: b.model, Clicks: clicks.NewReader(p.pool), Keys: postgres.NewKeys(p.pool), Allowances: postgres.NewLimiter(p.pool, addresses),
		ClickLog: clickLog{b.clicks}, Imports: b.imports, ClickJSON: clickJSON, Webhooks: postgres.NewWebhooks(p.pool), Size: schemas.CommandSize,
		DomainSecret: domains.secret, LookupTXT: domains.lookupTXT, FetchImage: p.fetchImage, OpenAPI: schemas.OpenAPI(),
		Sessions: pages.Caller, Pages: pages,
	})
	if err != nil {
		return nil, nil, err
	}
	p.serveDialects(server, addresses)
	return server, pages, nil
}

// apiOptions are what the settings say of the API.
func (p *parts) apiOptions() (o httpapi.Options, err error) {
	o = httpapi.Options{PublicURL: p.site.PublicURL, Deadline: commandTime, TrustedProxies: p.site.TrustedProxies, Log: p.log}
	if o.DialectHosts, err = p.site.dialectHosts(); err != nil {
		return o, err
	}
	if o.Plans, err = p.site.plans(); err != nil {
		return o, err
	}
	o.Origins, err = p.site.origins()
	return o, err
}

// newBus is a way to have commands done, not started yet.
func (p *parts) newBus(outbox *kafka.Outbox, model *links.Reader) *commands.Bus {
	return commands.NewBus(commands.Wiring{
		Outbox: outbox, Replies: kafka.NewReplies(p.kafka, p.codec, p.log), Progress: model,
		Fingerprint: schemas.Fingerprint, Clock: time.Now, Log: p.log,
	})
}

// registerDomain makes the default domain a short domain, unless it is one. While no decider
// answers it goes on asking: on a first start the other roles may come later.
func (p *parts) registerDomain(ctx context.Context, bus *commands.Bus, model *links.Reader) error {
	cases, err := domain.ParseCasePolicy(p.site.SlugCase)
	if err != nil {
		return err
	}
	for {
		known, err := model.Domains(ctx)
		if err != nil {
			return fmt.Errorf("read domains: %w", err)
		}
		for _, d := range known {
			if d.Host == p.domain && d.Cases == cases {
				return nil
			}
		}
		_, err = bus.Do(ctx, domain.Command{
			ID: domain.CommandID("register " + string(p.domain) + " " + cases.String()), Account: domain.SystemAccount,
			By: "key_system", Domain: p.domain, Deadline: time.Now().Add(commandTime), Body: domain.RegisterDomain{Cases: cases},
		})
		if domain.CodeOf(err) != domain.Unavailable {
			return err
		}
		p.log.Warn("the default domain is not registered yet, asking again", "domain", p.domain, "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}
