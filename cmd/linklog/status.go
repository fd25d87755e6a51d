package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/clicks"
)

type statusCmd struct {
	Admin []string `help:"Also ask these processes what waits in their spools: the addresses of their --listen-admin." placeholder:"URL"`
	JSON  bool     `help:"Print one JSON object."`
	kafkaSettings
	databaseSettings
}

// Help says where figures come from.
func (*statusCmd) Help() string {
	return `How far every reader of the log is, which tables there are, and what was set aside.
A spool is known to its redirector alone: name their admin addresses to see them.

  linklog status --admin http://10.0.0.7:9090`
}

// statusAnswer is all that status knows.
type statusAnswer struct {
	Generations []generationStatus `json:"generations"`
	Readers     []readerStatus     `json:"readers"`
	DeadLetters int64              `json:"dead_letters"`
	Spools      []spoolStatus      `json:"spools"`
}

type generationStatus struct {
	Model   string          `json:"model"`
	Schema  string          `json:"schema"`
	Use     string          `json:"use"` // live, next, old, scratch
	Version int             `json:"version"`
	Bytes   int64           `json:"bytes"`
	Made    time.Time       `json:"made"`
	Next    map[int32]int64 `json:"next_offsets"`
}

// readerStatus is one reader of a topic.
type readerStatus struct {
	Reader     string            `json:"reader"`
	Topic      string            `json:"topic"`
	Records    int64             `json:"records_behind"`
	Seconds    float64           `json:"seconds_behind"` // of the partition that is furthest behind
	Partitions []partitionStatus `json:"partitions"`
}

type partitionStatus struct {
	Partition int32   `json:"partition"`
	Next      int64   `json:"next_offset"`
	End       int64   `json:"end_offset"`
	Records   int64   `json:"records_behind"`
	Seconds   float64 `json:"seconds_behind"`
}

// Run looks and prints.
func (c *statusCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	p, err := openParts(ctx, "status", log, c.kafkaSettings, c.databaseSettings)
	if err != nil {
		return err
	}
	defer p.close()
	answer, err := p.status(ctx)
	if err != nil {
		return err
	}
	answer.Spools = askSpools(ctx, c.Admin)
	if c.JSON {
		return json.NewEncoder(t.out).Encode(answer)
	}
	return answer.print(t.out)
}

func (p *parts) status(ctx context.Context) (answer statusAnswer, err error) {
	monitor, err := kafka.NewMonitor(p.kafka, p.log)
	if err != nil {
		return answer, err
	}
	defer func() { err = errors.Join(err, monitor.Close()) }()
	generations, err := projections.Generations(ctx, p.pool)
	if err != nil {
		return answer, err
	}
	for _, g := range generations {
		answer.Generations = append(answer.Generations, generationOf(g))
	}
	if answer.Readers, err = p.readers(ctx, monitor, answer.Generations); err != nil {
		return answer, err
	}
	answer.DeadLetters, err = monitor.Held(kafka.TopicDeadLetters)
	return answer, err
}

func generationOf(k projections.Kept) generationStatus {
	g := generationStatus{k.Model, k.Schema, k.Use, k.Version, k.Bytes, k.Created.UTC(), map[int32]int64{}}
	for partition, c := range k.Checkpoints {
		g.Next[partition] = c.Next
	}
	return g
}

// readers are the projectors of the live generations, by topic, and the deciders.
func (p *parts) readers(ctx context.Context, monitor *kafka.Monitor, generations []generationStatus) ([]readerStatus, error) {
	decided, err := monitor.Decided(ctx)
	if err != nil {
		return nil, err
	}
	positions := []position{{"decider", kafka.TopicCommands, decided}}
	for _, m := range p.readModels() {
		for _, g := range generations {
			if g.Schema == "" || g.Model != m.Name || g.Use != "live" {
				continue
			}
			own, deletions := map[int32]int64{}, clicks.EventPartitions(g.Next)
			for partition, next := range g.Next {
				if partition >= 0 {
					own[partition] = next
				}
			}
			positions = append(positions, position{m.Name, m.topic, own})
			if len(deletions) > 0 {
				positions = append(positions, position{m.Name + " of deleted links", kafka.TopicEvents, deletions})
			}
		}
	}
	var readers []readerStatus
	for _, at := range positions {
		lags, err := monitor.Lags(ctx, at.topic, at.next, time.Now())
		if err != nil {
			return nil, err
		}
		readers = append(readers, at.status(lags))
	}
	return readers, nil
}

// position is where a reader is in a topic, by partition.
type position struct {
	reader, topic string
	next          map[int32]int64
}

func (at position) status(lags []kafka.Lag) readerStatus {
	r := readerStatus{Reader: at.reader, Topic: at.topic, Partitions: []partitionStatus{}}
	for _, l := range lags {
		r.Records += l.Records
		r.Seconds = max(r.Seconds, l.Age.Seconds())
		r.Partitions = append(r.Partitions, partitionStatus{l.Partition, l.Next, l.End, l.Records, l.Age.Seconds()})
	}
	return r
}

// askSpools asks redirectors what waits in their spools.
func askSpools(ctx context.Context, admins []string) []spoolStatus {
	all := []spoolStatus{}
	for _, base := range admins {
		s, err := askSpool(ctx, base)
		if err != nil {
			s.Error = fmt.Sprint(err)
		}
		s.Admin = base
		all = append(all, s)
	}
	return all
}
