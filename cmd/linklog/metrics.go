package main

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/linklog/linklog/adapters/redirect"
	"github.com/linklog/linklog/adapters/spool"
)

// newMetrics is a registry with what every process tells of itself.
func newMetrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// redirectMetrics turns a redirector's counts into metrics when they are asked for, so that
// the path of a redirect knows nothing of them.
type redirectMetrics struct {
	server *redirect.Server
	spool  *spool.Spool
}

// redirectFigures is each metric with how it is read.
var redirectFigures = []redirectFigure{
	figureOf("redirects_total", "GET requests sent on.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Redirects) }),
	figureOf("redirect_heads_total", "HEAD requests shown where to.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Heads) }),
	figureOf("redirect_not_found_total", "Requests answered 404.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.NotFound) }),
	figureOf("redirect_gone_total", "Requests answered 410.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Gone) }),
	figureOf("redirect_disabled_total", "Requests answered 410 because of the blocklist.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Disabled) }),
	figureOf("redirect_slowed_total", "Requests answered 429: too many unknown slugs or wrong passwords.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Slowed) }),
	figureOf("redirect_locked_total", "Requests answered 401, with a form for the password.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Locked) }),
	figureOf("redirect_unavailable_total", "Requests answered 503.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Unavailable) }),
	figureOf("redirect_lookups_total", "Look-ups in the read model.", prometheus.CounterValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Lookups) }),
	figureOf("redirect_links", "Links held in memory.", prometheus.GaugeValue, func(s redirect.Stats, _ spool.Stats) float64 { return float64(s.Links) }),
	figureOf("redirect_event_delay_seconds", "From the newest link event to its effect here.", prometheus.GaugeValue, func(s redirect.Stats, _ spool.Stats) float64 { return s.Delay.Seconds() }),
	figureOf("clicks_waiting", "Clicks recorded and not yet in Kafka.", prometheus.GaugeValue, func(_ redirect.Stats, b spool.Stats) float64 { return float64(b.Waiting) }),
	figureOf("clicks_shipped_total", "Clicks acknowledged by Kafka.", prometheus.CounterValue, func(_ redirect.Stats, b spool.Stats) float64 { return float64(b.Shipped) }),
	figureOf("spool_bytes", "Disk the spool takes.", prometheus.GaugeValue, func(_ redirect.Stats, b spool.Stats) float64 { return float64(b.Used) }),
	figureOf("spool_cap_bytes", "Disk the spool may take.", prometheus.GaugeValue, func(_ redirect.Stats, b spool.Stats) float64 { return float64(b.Cap) }),
	figureOf("spool_damaged_total", "Stretches of the spool that could not be read.", prometheus.CounterValue, func(_ redirect.Stats, b spool.Stats) float64 { return float64(b.Damaged) }),
	figureOf("clicks_dropped_total", "Clicks that could not be recorded.", prometheus.CounterValue, func(_ redirect.Stats, b spool.Stats) float64 { return float64(b.Dropped.Total()) }),
}

// redirectFigure is one metric and how it is read.
type redirectFigure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(redirect.Stats, spool.Stats) float64
}

func figureOf(name, help string, kind prometheus.ValueType, read func(redirect.Stats, spool.Stats) float64) redirectFigure {
	return redirectFigure{prometheus.NewDesc("linklog_"+name, help, nil, nil), kind, read}
}

// Describe implements prometheus.Collector.
func (m redirectMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, f := range redirectFigures {
		to <- f.desc
	}
}

// Collect implements prometheus.Collector.
func (m redirectMetrics) Collect(to chan<- prometheus.Metric) {
	server, clicks := m.server.Stats(), m.spool.Stats()
	for _, f := range redirectFigures {
		to <- prometheus.MustNewConstMetric(f.desc, f.kind, f.read(server, clicks))
	}
}
