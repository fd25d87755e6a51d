package main_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// until reads a page until it says something.
func (v *visitor) until(path, said string) string {
	v.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		status, body := v.get(path)
		if status == http.StatusOK && strings.Contains(body, said) {
			return body
		}
		if time.Now().After(deadline) {
			v.Fatalf("%s doesn't say %q: %d %s", path, said, status, body)
		}
	}
}

var letterBox = regexp.MustCompile(`name="id" value="(clicks/0/\d+)"`)

// An operator looks how everything is, rebuilds, gives up on a record that nobody can read, and puts
// a site out of use: all in the browser, with what the commands do.
func TestOperatorByHand(t *testing.T) {
	t.Parallel()
	p, api := dev(t, embeddedtest.DataDir(t))
	l := api.create(`{"url":"https://shop.example/landing","custom_slug":"watched"}`)
	follow(t, http.MethodGet, l.ShortURL, firefox, http.StatusFound, "https://shop.example/landing")
	api.awaitClicks(l.ID, 1, 0, 0)
	v := newVisitor(t, p.API)
	if status, body := v.send("/sign-in", "/sign-in", url.Values{"email": {p.Email}, "password": {p.Password}}); status != http.StatusOK {
		t.Fatalf("sign in: %d %s", status, body)
	}

	health := v.until("/operator", "links.commands")
	for _, want := range []string{"decider", "clicks_1", "level", p.Admin} {
		if !strings.Contains(health, want) {
			t.Errorf("the page of health doesn't say %q: %s", want, health)
		}
	}

	if status, body := v.send("/operator/rebuild", "/operator/rebuild", url.Values{"model": {"clicks"}}); status != http.StatusOK || !strings.Contains(body, "has begun") {
		t.Fatalf("rebuild: %d %s", status, body)
	}
	if body := v.until("/operator/rebuild", `good">done`); !strings.Contains(body, "clicks_2") {
		t.Errorf("the rebuild says %s", body)
	}
	api.awaitClicks(l.ID, 1, 0, 0)

	s := site{t, []string{"--kafka-brokers=" + p.Kafka, "--topic-prefix="}}
	_, producer := s.brokers()
	if _, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: "clicks", Partition: 0, Value: sarama.StringEncoder("garbage")}); err != nil {
		t.Fatal(err)
	}
	id := found(t, letterBox, v.until("/operator/dead-letters", `value="clicks/0/`))
	if _, body := v.get("/operator/dead-letters/" + id); !strings.Contains(body, "garbage") {
		t.Errorf("the record is shown as %s", body)
	}
	if status, body := v.send("/operator/dead-letters", "/operator/dead-letters", url.Values{"id": {id}, "do": {"retry"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("garbage was put back: %d %s", status, body)
	}
	if _, body := v.send("/operator/dead-letters", "/operator/dead-letters", url.Values{"id": {id}, "do": {"drop"}}); strings.Contains(body, id) {
		t.Errorf("the record is still listed: %s", body)
	}

	block := url.Values{"kind": {"host"}, "value": {"shop.example"}, "on": {"yes"}, "reason": {"a trial"}}
	if _, body := v.send("/operator/blocks", "/operator/blocks", block); !strings.Contains(body, "shop.example is out of use") {
		t.Errorf("block: %s", body)
	}
	out, stderr, status := output(t, "block", "list", "--json", "--database-url="+p.Database)
	if status != 0 || !strings.Contains(out, "shop.example") {
		t.Errorf("the command lists %s%s", out, stderr)
	}
}
