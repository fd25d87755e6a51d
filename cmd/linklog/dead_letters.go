package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/projections/links"
	"github.com/linklog/linklog/schemas"
)

type deadLettersCmd struct {
	List  deadLettersListCmd  `cmd:"" help:"List records that could not be used."`
	Show  deadLettersShowCmd  `cmd:"" help:"Show one with its headers and payload."`
	Retry deadLettersRetryCmd `cmd:"" help:"Put clicks back that can be used by now."`
	Drop  deadLettersDropCmd  `cmd:"" help:"Give up on some: they are listed no more."`
}

// desk is what all of these commands need.
type desk struct {
	kafkaSettings
	JSON bool `help:"Answer in JSON."`
}

// letters reads what was set aside.
func (d desk) letters(ctx context.Context, log *slog.Logger) (kafka.Config, []kafka.Letter, error) {
	config, err := d.config("dead-letters")
	if err != nil {
		return config, nil, err
	}
	all, err := kafka.ReadDeadLetters(ctx, config, log)
	return config, all, err
}

// chosen names dead letters.
type chosen struct {
	IDs []string `arg:"" optional:"" name:"id" help:"Which, as list shows them: topic/partition/offset."`
	All bool     `help:"All that nothing was done about yet."`
}

// of is the chosen ones out of all.
func (c chosen) of(all []kafka.Letter) ([]kafka.Letter, error) {
	if c.All == (len(c.IDs) > 0) {
		return nil, errors.New("say which dead letters, or --all")
	}
	if c.All {
		return slices.DeleteFunc(all, func(l kafka.Letter) bool { return l.How != "" }), nil
	}
	picked := make([]kafka.Letter, 0, len(c.IDs))
	for _, id := range c.IDs {
		l, err := find(all, id)
		if err != nil {
			return nil, err
		}
		picked = append(picked, l)
	}
	return picked, nil
}

func find(all []kafka.Letter, id string) (kafka.Letter, error) {
	i := slices.IndexFunc(all, func(l kafka.Letter) bool { return l.ID() == id })
	if i < 0 {
		if strings.HasPrefix(id, kafka.TopicEvents+"/") {
			return kafka.Letter{}, fmt.Errorf("there is no dead letter %q; if it is parked, linklog rebuild links reads it again", id)
		}
		return kafka.Letter{}, fmt.Errorf("there is no dead letter %q", id)
	}
	return all[i], nil
}

// letterLine is a dead letter for programs.
type letterLine struct {
	ID        string     `json:"id"`
	Topic     string     `json:"topic"`
	Partition int32      `json:"partition"`
	Offset    int64      `json:"offset"`
	Key       string     `json:"key"`
	Type      string     `json:"type,omitempty"` // what its headers call it
	Reason    string     `json:"reason"`
	SetAside  *time.Time `json:"set_aside_at"`
	Times     int        `json:"times"`
	Status    string     `json:"status"` // waiting, retried or dropped; parked: a fact that waits for a rebuild
}

func lineOf(l kafka.Letter) letterLine {
	kind, _ := l.Message.Get("ce_type")
	return letterLine{
		l.ID(), l.Topic, l.Position.Partition, l.Position.Offset, string(l.Message.Key), kind, l.Reason, unlessZero(l.At.UTC()), l.Times, status(l),
	}
}

func status(l kafka.Letter) string {
	if l.How == "" {
		return "waiting"
	}
	return string(l.How)
}

type deadLettersListCmd struct {
	desk
	databaseSettings
	Topic   string `help:"Only those from this topic." placeholder:"TOPIC"`
	Handled bool   `help:"Also those that were retried or dropped."`
}

// Help tells what a dead letter is.
func (*deadLettersListCmd) Help() string {
	return `A record that can't be used stops nobody: it is copied to the topic dead-letters, which keeps it
for 30 days, and the records behind it go on. Where it was found it stays as well. A fact about
a link that can't be read parks the link, and later facts about it wait behind it: with
--database-url they are listed too, as parked.

  linklog dead-letters list --kafka-brokers K:9092 --database-url postgres://…`
}

// Run lists dead letters, oldest first.
func (c *deadLettersListCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	_, all, err := c.letters(ctx, log)
	if err != nil {
		return err
	}
	lines := []letterLine{}
	for _, l := range all {
		if (c.Topic == "" || l.Topic == c.Topic) && (c.Handled || l.How == "") {
			lines = append(lines, lineOf(l))
		}
	}
	parked, err := c.parked(ctx)
	if err != nil {
		return err
	}
	return c.print(t, append(lines, parked...))
}

// mostParked bounds the list of parked events.
const mostParked = 10_000

// parked is the events that wait in the links model, if we are told where it is.
func (c *deadLettersListCmd) parked(ctx context.Context) (lines []letterLine, err error) {
	if c.DatabaseURL == "" || c.Topic != "" && c.Topic != kafka.TopicEvents {
		return nil, nil
	}
	pool, err := c.open(ctx, "dead-letters")
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	return parkedLines(ctx, links.NewReader(pool, nil))
}

// parkedLines is the events that wait in the links model.
func parkedLines(ctx context.Context, model *links.Reader) (lines []letterLine, err error) {
	events, err := model.Parked(ctx, mostParked)
	for _, e := range events {
		lines = append(lines, letterLine{
			ID: schemas.DeadLetter{Topic: kafka.TopicEvents, Position: e.Position}.ID(), Topic: kafka.TopicEvents,
			Partition: e.Position.Partition, Offset: e.Position.Offset, Key: e.Link.String(), Reason: e.Reason, Status: "parked",
		})
	}
	return lines, err
}

func (c *deadLettersListCmd) print(t *terminal, lines []letterLine) error {
	if c.JSON {
		return json.NewEncoder(t.out).Encode(lines)
	}
	if len(lines) == 0 {
		_, err := fmt.Fprintln(t.out, "There are no dead letters.")
		return err
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tSET ASIDE\tTIMES\tSTATUS\tKEY\tREASON")
	for _, l := range lines {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", l.ID, day(l.SetAside), l.Times, l.Status, visible(l.Key), visible(l.Reason))
	}
	return w.Flush()
}

type deadLettersDropCmd struct {
	desk
	chosen
}

// Help tells what dropping means.
func (*deadLettersDropCmd) Help() string {
	return `Notes behind the dead letters that nobody needs to look at them any more. They stay in both
topics until their time: list --handled shows them, and retry can still take them.`
}

// Run gives up on dead letters.
func (c *deadLettersDropCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	config, all, err := c.letters(ctx, log)
	if err != nil {
		return err
	}
	picked, err := c.of(all)
	if err != nil {
		return err
	}
	if err := handle(ctx, config, picked, schemas.Dropped, log); err != nil {
		return err
	}
	return report(t, c.JSON, schemas.Dropped, picked)
}

// handle notes what was done about letters.
func handle(ctx context.Context, config kafka.Config, letters []kafka.Letter, how schemas.Handling, log *slog.Logger) error {
	notes := make([]schemas.Handled, len(letters))
	for i, l := range letters {
		notes[i] = schemas.Handled{Topic: l.Topic, Position: l.Position, How: how, At: time.Now()}
	}
	dead, err := kafka.NewDeadLetters(config, log)
	if err != nil {
		return err
	}
	return errors.Join(dead.Handle(ctx, notes...), dead.Close())
}

// report tells what was done.
func report(t *terminal, asJSON bool, how schemas.Handling, letters []kafka.Letter) error {
	ids := make([]string, len(letters))
	for i, l := range letters {
		ids[i] = l.ID()
	}
	if asJSON {
		return json.NewEncoder(t.out).Encode(map[schemas.Handling][]string{how: ids})
	}
	_, err := fmt.Fprintf(t.out, "%s: %d %s\n", how, len(ids), strings.Join(ids, " "))
	return err
}
