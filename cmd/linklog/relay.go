package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/fetch"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/adapters/webhooks"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/links"
)

// How often the relay looks whether somebody listens, and whether still.
const (
	listenerPause = time.Second
	idlePause     = 10 * time.Second
)

// relay is the role relay: it turns the log into deliveries to webhooks, and sends them.
type relay struct {
	*parts

	store  *postgres.Webhooks
	record *webhooks.Recorder
}

// relay runs the role until ctx ends.
func (p *parts) relay(ctx context.Context) error {
	store, model := postgres.NewWebhooks(p.pool), links.NewReader(p.pool, p.watch)
	shortURL, err := p.shortURL()
	if err != nil {
		return err
	}
	sender := &webhooks.Sender{Desk: store, Post: p.postWebhook(), Log: p.log}
	r := &relay{p, store, &webhooks.Recorder{
		Store: store, Links: model.Many, ShortURL: shortURL, ClickJSON: clickJSON, Stored: sender.Poke,
	}}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return sender.Run(ctx) })
	g.Go(func() error {
		return r.follow(ctx, webhooks.Events, func() (message.Subscriber, message.NoPublishHandlerFunc) {
			events := kafka.NewEventRelay(p.kafka, "linklog-webhook-events", p.codec, p.dead, r.begin(webhooks.Events), p.log)
			return events, events.Handler(func(ctx context.Context, from int64, b projections.Batch[domain.Event]) error {
				return r.record.Events(ctx, partOf(from, b))
			})
		})
	})
	g.Go(func() error {
		return r.follow(ctx, webhooks.Clicks, func() (message.Subscriber, message.NoPublishHandlerFunc) {
			clicks := kafka.NewClickRelay(p.kafka, "linklog-webhook-clicks", p.dead, r.begin(webhooks.Clicks), p.log)
			return clicks, clicks.Handler(func(ctx context.Context, from int64, b projections.Batch[domain.Click]) error {
				return r.record.Clicks(ctx, partOf(from, b))
			})
		})
	})
	return g.Wait()
}

// partOf is a batch as the recorder takes it.
func partOf[E any](from int64, b projections.Batch[E]) webhooks.Part[E] {
	p := webhooks.Part[E]{Partition: b.Partition, From: from, Next: b.Next, Records: make([]webhooks.Placed[E], len(b.Records))}
	for i, r := range b.Records {
		p.Records[i] = webhooks.Placed[E]{Offset: r.Offset, Record: r.Event}
	}
	return p
}

// begin is where a topic's partitions are read on from: where they were left, but not before what
// the oldest of those who listen wants to hear.
func (r *relay) begin(topic string) kafka.Begin {
	return func(ctx context.Context, partition int32) (int64, time.Time, error) {
		since, err := r.store.Listened(ctx, webhooks.KindsOf(topic))
		if err != nil {
			return 0, time.Time{}, err
		}
		next, err := r.store.Place(ctx, topic, partition)
		return next, since, err
	}
}

// follow has a topic handled while somebody listens to what is made of it.
func (r *relay) follow(ctx context.Context, topic string, open func() (message.Subscriber, message.NoPublishHandlerFunc)) error {
	for {
		r.await(ctx, topic, true, listenerPause)
		if ctx.Err() != nil {
			return nil
		}
		listened, end := context.WithCancel(ctx)
		err := r.route(listened, end, topic, open)
		end()
		if err != nil {
			r.log.Warn("can't relay; trying on", "topic", topic, "error", err)
			r.rest(ctx)
		}
	}
}

func (r *relay) rest(ctx context.Context) {
	select {
	case <-time.After(listenerPause):
	case <-ctx.Done():
	}
}

// route runs a router for a topic until nobody listens any more.
func (r *relay) route(ctx context.Context, end func(), topic string, open func() (message.Subscriber, message.NoPublishHandlerFunc)) error {
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: webhooks.RequestTime}, watermill.NopLogger{})
	if err != nil {
		return fmt.Errorf("make router: %w", err)
	}
	subscriber, handle := open()
	router.AddConsumerHandler(topic, topic, subscriber, handle)
	var watching errgroup.Group
	watching.Go(func() error {
		r.await(ctx, topic, false, idlePause)
		return router.Close()
	})
	err = router.Run(context.WithoutCancel(ctx)) //nolint:contextcheck // it is closed when ctx ends, which waits for handlers
	end()
	return errors.Join(err, watching.Wait(), subscriber.Close())
}

// await returns once somebody listens to a topic, or nobody does, or ctx ends.
func (r *relay) await(ctx context.Context, topic string, somebody bool, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	away := false
	for ctx.Err() == nil {
		since, err := r.store.Listened(ctx, webhooks.KindsOf(topic))
		if err == nil && since.IsZero() != somebody {
			return
		}
		if err != nil && !away && ctx.Err() == nil {
			r.log.Warn("can't look for webhooks; trying on", "error", err)
		}
		away = err != nil
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// shortURL is where visitors find a link: its host, on the scheme and port of the public URL.
func (p *parts) shortURL() (func(domain.Link) string, error) {
	public, err := url.Parse(p.site.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("read public URL: %w", err)
	}
	port := public.Port()
	if port != "" {
		port = ":" + port
	}
	return func(l domain.Link) string {
		return public.Scheme + "://" + string(l.Host) + port + "/" + string(l.Slug)
	}, nil
}

// postWebhook asks an endpoint through the installation's own client, which reaches public
// addresses only. Its errors are shown to webhooks' owners, so they tell nothing of what a name
// leads to.
func (p *parts) postWebhook() func(context.Context, string, http.Header, []byte) (int, []byte, error) {
	outside := fetch.New(fetch.Options{Allow: p.site.FetchAllow, UserAgent: "Linklog-Webhooks", Timeout: webhooks.RequestTime})
	return func(ctx context.Context, to string, header http.Header, body []byte) (int, []byte, error) {
		status, answer, err := outside.Post(ctx, to, header, body, identity.MaxAnswer)
		if err == nil {
			return status, answer, nil
		}
		p.log.LogAttrs(ctx, slog.LevelDebug, "webhook not delivered", slog.Any("error", err))
		return status, answer, told(err)
	}
}

// told is what the owner of an endpoint may know of an error.
func told(err error) error {
	_, name := errors.AsType[*net.DNSError](err)
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, fetch.ErrForbiddenAddress):
		return errors.New("the endpoint's address is not a public one, or its port is neither 80 nor 443")
	case errors.Is(err, fetch.ErrTooSlow), errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.Is(err, fetch.ErrURL):
		return errors.New("the endpoint's URL can't be asked")
	case name:
		return errors.New("the endpoint's host has no address")
	case certificate:
		return errors.New("the endpoint's certificate is not valid")
	}
	return errors.New("the connection to the endpoint failed")
}
