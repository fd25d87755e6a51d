// Command bench exists to measure Linklog as its users meet it: real processes, real sockets,
// read-your-writes included. It starts `linklog dev` (or the roles on your own Kafka and
// Postgres), loads it from 127.0.0.1, and prints one table.
//
// # Decisions
//
//   - What matters is a ratio within one run (a redirect against an empty net/http handler on
//     the same machine, minutes apart), because machines differ and drift.
//   - CPU per request is read from the server process's own accounting, so the load
//     generator, which shares the machine, is not in it.
//   - Throughput is measured in a closed loop: each connection waits for its answer. Latency in
//     such a loop flatters a stalling server, so at half load and under a sustained stream
//     requests are sent when they are due, and timed from then.
//   - Lists are asked by two connections that wait for their answers, each time for another page,
//     so that no answer is at hand from the time before.
//   - What rules cost is the difference of two medians of the same process, so it is only as exact
//     as the machine is quiet.
//   - A rebuild is bound by processors, not disks: about 11 µs a click on the machine it was made
//     on. Its own process takes 6 to 7 of them (decoding 2, counting and packing 3, sending 0.5,
//     collecting garbage 0.7), Postgres 3.5 (half for rows of days, a fifth each for totals and
//     for looking rows up), Kafka 0.7. So that two processors are kept busy, the next batch of a
//     partition is gathered while one is handled: the busiest partition has a quarter of all.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/alecthomas/kong"
)

type options struct {
	Binary  string        `help:"The linklog binary." default:"bin/linklog"`
	Lasting time.Duration `help:"How long each measurement loads the server." default:"8s"`
	Rounds  int           `help:"Rounds of each measurement; the table shows medians." default:"3"`
	Brokers string        `help:"Measure on this Kafka instead of the embedded one." env:"KAFKA_TEST_BROKERS"`
	JSON    bool          `help:"Print the figures as JSON."`
	Only    []string      `help:"Measure only these: start, creates, bulk, lists, redirects, rules, visible, sustained, analytics, rebuild." enum:"start,creates,bulk,lists,redirects,rules,visible,sustained,analytics,rebuild"`
	Clicks  int           `help:"Clicks to rebuild." default:"5000000"`
	Links   int           `help:"Links that they are spread over." default:"100000"`
	Deep    int           `help:"Clicks of the link whose analytics are asked for." default:"10000000"`
	Listed  int           `help:"Links that lists are asked of, made in bulk." default:"1000000"`

	Run   struct{} `cmd:"" default:"1" hidden:""`
	Empty struct{} `cmd:"" hidden:"" help:"Be the empty handler that redirects are compared with."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var o options
	run := o.measure
	if kong.Parse(&o, kong.Name("bench")).Command() == "empty" {
		run = serveEmpty
	}
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// figure is one row of the table.
type figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Wanted string  `json:"wanted,omitempty"`
}

func (o *options) wants(name string) bool {
	return len(o.Only) == 0 || slices.Contains(o.Only, name)
}

// measure runs every section against one installation and prints what it found.
func (o *options) measure(ctx context.Context) error {
	home, first, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer home.close()
	var all []figure
	if o.wants("start") && o.Brokers == "" {
		took, err := home.restart(ctx)
		if err != nil {
			return err
		}
		all = append(all, figure{"first start to ready", first.Seconds(), "s", ""},
			figure{"second start to ready", took.Seconds(), "s", "≤ 3"})
	}
	for _, section := range []struct {
		name string
		run  func(context.Context, *site) ([]figure, error)
	}{
		{"creates", o.creates}, {"redirects", o.redirects}, {"rules", o.rules}, {"visible", o.visible}, {"sustained", o.sustained},
		{"bulk", o.bulk}, {"lists", o.lists}, {"analytics", o.analytics}, {"rebuild", o.rebuild},
	} {
		if !o.wants(section.name) {
			continue
		}
		progress("measuring " + section.name)
		found, err := section.run(ctx, home)
		if err != nil {
			return fmt.Errorf("measure %s: %w", section.name, err)
		}
		all = append(all, found...)
	}
	return o.print(all)
}

func progress(text string) { fmt.Fprintln(os.Stderr, "bench:", text) }

func (o *options) print(all []figure) error {
	if o.JSON {
		return json.NewEncoder(os.Stdout).Encode(all)
	}
	kind := "embedded Kafka"
	if o.Brokers != "" {
		kind = "Kafka at " + o.Brokers
	}
	fmt.Printf("\n| figure (%s) | measured | wanted |\n|---|---|---|\n", kind)
	for _, f := range all {
		fmt.Printf("| %s | %.4g %s | %s |\n", f.Name, f.Value, f.Unit, f.Wanted)
	}
	return nil
}
