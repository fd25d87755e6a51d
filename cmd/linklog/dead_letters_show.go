package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"unicode/utf8"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/schemas"
)

type deadLettersShowCmd struct {
	desk
	ID string `arg:"" help:"Which, as list shows it: topic/partition/offset."`
}

// Help tells what is not shown.
func (*deadLettersShowCmd) Help() string {
	return `Payloads of links.commands and links.events are sealed with their account's key and stay sealed.`
}

// letterShown is a dead letter in full, for programs.
type letterShown struct {
	letterLine
	Headers []headerLine       `json:"headers"`
	Click   *schemas.ClickJSON `json:"click,omitempty"` // if the payload can be read as one by now
	Payload []byte             `json:"payload"`         // as found, base64
}

type headerLine struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Run shows a dead letter.
func (c *deadLettersShowCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	_, all, err := c.letters(ctx, log)
	if err != nil {
		return err
	}
	l, err := find(all, c.ID)
	if err != nil {
		return err
	}
	s := shownOf(l)
	if c.JSON {
		e := json.NewEncoder(t.out)
		e.SetEscapeHTML(false)
		return e.Encode(s)
	}
	return s.print(t)
}

// shownOf is a dead letter in full.
func shownOf(l kafka.Letter) letterShown {
	s := letterShown{letterLine: lineOf(l), Headers: []headerLine{}, Payload: l.Message.Value}
	for _, h := range l.Message.Headers {
		s.Headers = append(s.Headers, headerLine{h.Key, h.Value})
	}
	if click, err := schemas.DecodeClick(l.Message); err == nil && l.Topic == kafka.TopicClicks {
		j := schemas.NewClickJSON(click)
		s.Click = &j
	}
	return s
}

func (s *letterShown) print(t *terminal) error {
	_, _ = fmt.Fprintf(t.out, "%s  %s\nset aside  %s, %d times\nreason     %s\nkey        %s\n",
		s.ID, s.Status, day(s.SetAside), s.Times, visible(s.Reason), visible(s.Key))
	for _, h := range s.Headers {
		_, _ = fmt.Fprintf(t.out, "header     %s: %s\n", visible(h.Name), visible(h.Value))
	}
	_, err := fmt.Fprintf(t.out, "payload    %s\n", s.payload())
	return err
}

// shownPayload is how much of a payload people see.
const shownPayload = 1_000

// payload is the payload as far as it can be shown.
func (s *letterShown) payload() string {
	if s.Click != nil {
		text, err := json.MarshalIndent(s.Click, "", "  ")
		if err != nil {
			return "can be read by now, but not shown: " + err.Error()
		}
		return "can be read by now\n" + string(text)
	}
	if s.Topic == kafka.TopicCommands || s.Topic == kafka.TopicEvents {
		return fmt.Sprintf("%d bytes, not shown: it may hold an account's content (--json has it as it is)", len(s.Payload))
	}
	head := s.Payload[:min(len(s.Payload), shownPayload)]
	if utf8.Valid(head) {
		return fmt.Sprintf("%d bytes: %s", len(s.Payload), visible(string(head)))
	}
	return fmt.Sprintf("%d bytes: % x", len(s.Payload), head)
}
