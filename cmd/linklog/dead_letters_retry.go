package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/schemas"
)

type deadLettersRetryCmd struct {
	desk
	chosen
}

// Help tells why not everything can be put back.
func (*deadLettersRetryCmd) Help() string {
	return `Puts a copy of each click at the end of the partition it came from, those of a partition in their
old order, with the header ce_retryof. Who could read the original ignores the copy; who could
not counts it, once, however often it is put back. A click that this program can't read either
is refused: upgrade first.

What was found in links.events is not put back: facts are only true in their order. Once the
program can read it, "linklog rebuild links" reads it where it stands, and with it the later
events of its link that wait behind it. What was found in links.commands is not put back
either: its deadline has passed, and whoever asked has been told so; they ask again.`
}

// Run puts dead letters back.
func (c *deadLettersRetryCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	config, all, err := c.letters(ctx, log)
	if err != nil {
		return err
	}
	picked, err := c.of(all)
	if err != nil {
		return err
	}
	good, refused := sortOut(picked)
	if len(good) > 0 {
		if err := putBack(ctx, config, good, log); err != nil {
			return err
		}
	}
	if err := report(t, c.JSON, schemas.Retried, good); err != nil || len(refused) == 0 {
		return err
	}
	return fmt.Errorf("%d were not put back:\n  %s", len(refused), strings.Join(refused, "\n  "))
}

// sortOut finds those that can be put back, and says of the others why not.
func sortOut(letters []kafka.Letter) (good []kafka.Letter, refused []string) {
	for _, l := range letters {
		switch _, err := schemas.DecodeClick(l.Message); {
		case l.Topic == kafka.TopicEvents:
			refused = append(refused, l.ID()+": a fact; once this program can read it, linklog rebuild links reads it where it stands")
		case l.Topic == kafka.TopicCommands:
			refused = append(refused, l.ID()+": a command, whose deadline has passed; whoever asked was told and asks again")
		case l.Topic != kafka.TopicClicks:
			refused = append(refused, l.ID()+": nobody reads its topic")
		case err != nil:
			refused = append(refused, l.ID()+": this program can't read it either: "+err.Error())
		default:
			good = append(good, l)
		}
	}
	return good, refused
}

// putBack writes the copies, then notes that. Interrupted between the two, it is done again:
// the second copy is ignored.
func putBack(ctx context.Context, config kafka.Config, letters []kafka.Letter, log *slog.Logger) error {
	plain := make([]schemas.DeadLetter, len(letters))
	for i, l := range letters {
		plain[i] = l.DeadLetter
	}
	if err := kafka.PutBack(ctx, config, plain, log); err != nil {
		return err
	}
	return handle(ctx, config, letters, schemas.Retried, log)
}
