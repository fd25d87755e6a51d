package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

type deadLetter struct {
	ID        string `json:"id"`
	Topic     string `json:"topic"`
	Reason    string `json:"reason"`
	Status    string `json:"status"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
}

// letters lists dead letters.
func (s site) letters(args ...string) (all []deadLetter) {
	s.tb.Helper()
	out, stderr, status := output(s.tb, append(append([]string{"dead-letters", "list", "--json"}, args...), s.kafka()...)...)
	if err := json.Unmarshal([]byte(out), &all); err != nil || status != 0 {
		s.tb.Fatalf("list: exit %d, %v, %s%s", status, err, out, stderr)
	}
	return all
}

// awaitLetters lists dead letters until there are n.
func (s site) awaitLetters(n int) []deadLetter {
	s.tb.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		all := s.letters()
		if len(all) == n {
			return all
		}
		if len(all) > n || time.Now().After(deadline) {
			s.tb.Fatalf("there are %d dead letters, want %d: %+v", len(all), n, all)
		}
	}
}

// TestPoisonStopsNobody: garbage in every topic, in every partition, while people work; then an
// operator looks after it.
func TestPoisonStopsNobody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.serve("all")
	api := caller{t, p.API, s.account("pro")}
	_, producer := s.brokers()
	poison := func(topic string) {
		t.Helper()
		for partition := range int32(8) {
			_, _, err := producer.SendMessage(&sarama.ProducerMessage{
				Topic: s.prefix() + topic, Partition: partition, Key: sarama.StringEncoder("go.example.com"), Value: sarama.StringEncoder("\x1b[2Jgarbage"),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var made []link
	for i, topic := range []string{"clicks", "links.commands", "links.events"} {
		poison(topic)
		l := api.create(fmt.Sprintf(`{"url":"https://example.com/","custom_slug":"slug-%d"}`, i))
		made = append(made, l)
		for _, l := range made {
			follow(t, http.MethodGet, p.Redirect+"/"+l.Slug, firefox, http.StatusFound, "https://example.com/")
			api.awaitClicks(l.ID, i+1-slices.Index(made, l), 0, 0)
		}
	}
	all := s.awaitLetters(24)
	show, stderr, status := output(t, append([]string{"dead-letters", "show", all[0].ID}, s.kafka()...)...)
	if status != 0 || !strings.Contains(show, "not a CloudEvent") || strings.Contains(show, "\x1b") {
		t.Errorf("show: exit %d, %q%s", status, show, stderr)
	}
	s.retries(t, api, p.Redirect, made[0], all)
	for _, model := range []string{"clicks", "links"} { // what was put back is part of the log
		if out, stderr, status := output(t, append([]string{"verify", model, s.args[2]}, s.kafka()...)...); status != 0 {
			t.Errorf("verify %s: exit %d, %s%s", model, status, out, stderr)
		}
	}
	out, stderr, status := output(t, append([]string{"rebuild", "clicks", s.args[2]}, s.kafka()...)...)
	if status != 0 {
		t.Errorf("rebuild: exit %d, %s%s", status, out, stderr)
	}
	api.awaitClicks(made[0].ID, 4, 0, 0)
	out, stderr, status = output(t, append([]string{"dead-letters", "drop", "--all", "--json"}, s.kafka()...)...)
	if status != 0 {
		t.Errorf("drop: exit %d, %s%s", status, out, stderr)
	}
	if left := s.letters(); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
	if handled := s.letters("--handled"); len(handled) != 24 {
		t.Errorf("%d were handled", len(handled))
	}
}

// retries puts a click back whose original nobody could read. That this program can read what
// was set aside is made true by setting it aside again, whole.
func (s site) retries(t *testing.T, api caller, redirect string, l link, all []deadLetter) {
	t.Helper()
	retry := func(id string) (string, int) {
		t.Helper()
		out, stderr, status := output(t, append([]string{"dead-letters", "retry", "--json", id}, s.kafka()...)...)
		return out + stderr, status
	}
	for _, d := range all {
		if text, status := retry(d.ID); status != 1 || !strings.Contains(text, d.ID+": ") {
			t.Fatalf("retry of what can't be used: exit %d, %s", status, text)
		}
		if d.Topic != "clicks" {
			continue
		}
		break
	}
	broken := all[slices.IndexFunc(all, func(d deadLetter) bool {
		return d.Topic == "clicks" && d.Partition == domain.PartitionOf(l.ID, 8) // a link's clicks are nowhere else
	})]
	number, err := domain.ParseLinkNumber(l.ID)
	if err != nil {
		t.Fatal(err)
	}
	dead, err := kafka.NewDeadLetters(kafka.Config{
		Brokers: strings.Split(strings.TrimPrefix(s.args[0], "--kafka-brokers="), ","), Prefix: s.prefix(),
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dead.Close() }()
	click := domain.Click{ID: domain.ClickID{Node: 1, Epoch: 2, Sequence: 3}, Link: number, At: time.Now(), UserAgent: firefox}
	err = dead.Set(t.Context(), schemas.DeadLetter{
		Topic: "clicks", Position: domain.Position{Partition: broken.Partition, Offset: broken.Offset}, Message: schemas.EncodeClick(click), At: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	var before analytics
	api.do("GET", "/v1/links/"+l.ID+"/analytics", "", &before)
	for range 3 { // however often, it is one click
		if text, status := retry(broken.ID); status != 0 || !strings.Contains(text, broken.ID) {
			t.Fatalf("retry: exit %d, %s", status, text)
		}
	}
	api.awaitClicks(l.ID, before.Total+1, 0, 0)
	show, stderr, status := output(t, append([]string{"dead-letters", "show", broken.ID, "--json"}, s.kafka()...)...)
	if status != 0 || !strings.Contains(show, `"status":"retried"`) || !strings.Contains(show, `"click":{"id":"1-2-3"`) {
		t.Errorf("show: exit %d, %s%s", status, show, stderr)
	}
	// Behind all copies comes a click of their partition; then nothing else can be under way.
	last := api.create(`{"url":"https://example.com/"}`)
	for domain.PartitionOf(last.ID, 8) != broken.Partition {
		last = api.create(`{"url":"https://example.com/"}`)
	}
	followSoon(t, redirect+"/"+last.Slug, http.StatusFound, "https://example.com/")
	api.awaitClicks(last.ID, 1, 0, 0)
	api.awaitClicks(l.ID, before.Total+1, 0, 0)
}

// wrongKey seals what nobody can open.
type wrongKey struct{}

func (wrongKey) Key(context.Context, domain.AccountID) ([]byte, error) { return make([]byte, 32), nil }

// TestParkedFacts: a fact that can't be opened parks its link and is listed; all other links go
// on, in the same partition.
func TestParkedFacts(t *testing.T) {
	s := newSite(t)
	p := s.serve("all")
	out, stderr, status := output(t, "account", "create", "--email=me@example.com", "--plan=pro", "--json", s.args[2])
	var made struct {
		Account domain.AccountID `json:"account"`
		APIKey  string           `json:"api_key"`
	}
	if err := json.Unmarshal([]byte(out), &made); err != nil || status != 0 {
		t.Fatalf("account create: exit %d, %v, %s", status, err, stderr)
	}
	api := caller{t, p.API, made.APIKey}
	l := api.create(`{"url":"https://example.com/","custom_slug":"parked"}`)
	number, err := domain.ParseLinkNumber(l.ID)
	if err != nil {
		t.Fatal(err)
	}
	m, err := schemas.New(wrongKey{}).EncodeEvent(t.Context(), domain.Event{
		Command: "cmd_odd", Account: made.Account, By: "key_odd", Domain: "go.example.com", Link: number, Version: 2, At: time.Now(),
		Body: domain.DestinationChanged{From: "https://example.com/", To: "https://example.org/"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, producer := s.brokers()
	record := &sarama.ProducerMessage{
		Topic: s.prefix() + "links.events", Partition: domain.PartitionOf("go.example.com", 8), Key: sarama.ByteEncoder(m.Key), Value: sarama.ByteEncoder(m.Value),
	}
	for _, h := range m.Headers {
		record.Headers = append(record.Headers, sarama.RecordHeader{Key: []byte(h.Key), Value: []byte(h.Value)})
	}
	if _, _, err := producer.SendMessage(record); err != nil {
		t.Fatal(err)
	}
	other := api.create(`{"url":"https://example.com/","custom_slug":"other"}`) // behind it
	follow(t, http.MethodGet, p.Redirect+"/"+other.Slug, firefox, http.StatusFound, "https://example.com/")
	all := s.letters(s.args[2])
	want := fmt.Sprintf("links.events/%d/%d", record.Partition, record.Offset)
	if len(all) != 1 || all[0].ID != want || all[0].Status != "parked" || all[0].Reason == "" {
		t.Errorf("listed are %+v, want %s", all, want)
	}
	out, stderr, status = output(t, append([]string{"dead-letters", "retry", want}, s.kafka()...)...)
	if status != 1 || !strings.Contains(stderr, "linklog rebuild links") {
		t.Errorf("retry: exit %d, %s%s", status, out, stderr)
	}
}
