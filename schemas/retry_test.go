package schemas_test

import (
	"encoding/json"
	"testing"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

func TestRetryMarksCopies(t *testing.T) {
	original := schemas.EncodeClick(domain.Click{Link: sampleLink, At: recordedAt})
	if _, ok := schemas.RetryOf(original, 5); ok {
		t.Error("an original is taken for a copy")
	}
	copied := schemas.Retry(original, 0)
	again := schemas.Retry(copied, 17)
	for name, m := range map[string]schemas.Message{"copy": copied, "copy of a copy": again} {
		if of, ok := schemas.RetryOf(m, 5); !ok || of != 0 {
			t.Errorf("%s: of %d, %t", name, of, ok)
		}
		if _, err := schemas.DecodeClick(m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, ok := schemas.RetryOf(original, 5); ok {
		t.Error("marking the copy changed the original")
	}
	if of, ok := schemas.RetryOf(schemas.Elsewhere(again), 5); !ok || of != 5 {
		t.Errorf("in another topic: a copy of %d, %t", of, ok)
	}
	if _, ok := schemas.RetryOf(schemas.Elsewhere(original), 5); ok {
		t.Error("in another topic an original is taken for a copy")
	}
	for _, bad := range []string{"-1", "x", "9223372036854775808"} {
		if _, ok := schemas.RetryOf(with(original, "ce_retryof", bad), 5); ok {
			t.Errorf("%q is taken for an offset", bad)
		}
	}
}

func TestDeadLetterID(t *testing.T) {
	d := schemas.DeadLetter{Topic: "links.events", Position: domain.Position{Partition: 7, Offset: 1 << 40}}
	topic, position, err := schemas.ParseDeadLetterID(d.ID())
	if err != nil || topic != d.Topic || position != d.Position {
		t.Errorf("%s is read as %s %v, %v", d.ID(), topic, position, err)
	}
	for _, bad := range []string{"", "clicks", "clicks/1", "/1/2", "clicks/-1/2", "clicks/1/-2", "clicks/1/2/3", "clicks/2147483648/0"} {
		if _, _, err := schemas.ParseDeadLetterID(bad); err == nil {
			t.Errorf("%q is taken for a dead letter", bad)
		}
	}
}

// TestClickJSON holds the names that subscribers rely on.
func TestClickJSON(t *testing.T) {
	f := func(c domain.Click, want string) {
		t.Helper()
		got, err := json.Marshal(schemas.NewClickJSON(c))
		if err != nil || string(got) != want {
			t.Errorf("%v\n%s, want\n%s", err, got, want)
		}
	}
	f(domain.Click{Link: 1, At: recordedAt},
		`{"id":"0-0-0","time":"2026-11-22T09:30:15.123456789Z","link_id":"lnk_1","link_version":0,"account":"","host":"","slug":"","method":"GET","trigger":"link"}`)
	for _, s := range samples() {
		if c, ok := s.value.(domain.Click); ok && s.name == "click" {
			f(c, `{"id":"7-8000000000000000-3039","time":"2026-11-22T09:30:15.123456789Z","link_id":"`+sampleLink.String()+`","link_version":5,`+
				`"account":"acc_1","host":"a.go.example","slug":"Spring-26","method":"HEAD","trigger":"qr","rule":"rul_ios",`+
				`"country":"NP","region":"Bagmati","city":"Kathmandu","referrer_host":"news.example","referrer_path":"/a/b",`+
				`"user_agent":"Mozilla/5.0 (iPhone) Größe","language":"ne","utm_source":"mail","utm_medium":"email","utm_campaign":"spring",`+
				`"utm_term":"boots","utm_content":"top","visitor":"00000000feedface"}`)
		}
	}
}
