package schemas_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// seed gives a fuzzer the samples of its kind: key, type, one header, and
// what is inside the seal.
func seed[T any](f *testing.F, account func(T) domain.AccountID) {
	f.Helper()
	for _, s := range samples() {
		v, ok := s.value.(T)
		if !ok {
			continue
		}
		m, err := encode(v)
		if err != nil {
			f.Fatal(err)
		}
		plaintext := m.Value
		if account != nil {
			plaintext = schemas.Plaintext(codec, account(v), m)
		}
		kind, _ := m.Get("ce_type")
		f.Add(string(m.Key), kind, "ce_subject", "lnk_348vaoh2f", plaintext)
		f.Add(string(m.Key), kind, "ce_slugs", "AAAAAAAAAAAAAAAAAAAAAA,AAAAAAAAAAAAAAAAAAAAAA", plaintext)
		f.Add(string(m.Key), kind, "ce_deadline", "2026-11-22T09:30:25Z", plaintext)
	}
}

// forge makes a message of the fuzzed parts, once sealed rightly and once not at all.
func forge(base schemas.Message, account domain.AccountID, key, kind, name, value string, plaintext []byte) [2]schemas.Message {
	m := with(with(base, "ce_type", kind), name, value)
	m.Key, m.Value = []byte(key), plaintext
	if name == "ce_account" {
		account = domain.AccountID(value)
	}
	return [2]schemas.Message{schemas.Reseal(codec, account, m, plaintext), m}
}

// oneOfTwo fails if err is neither of the two ends a reader knows.
func oneOfTwo(t *testing.T, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, schemas.ErrUnknown) && !errors.Is(err, schemas.ErrUnusable) {
		t.Errorf("%v", err)
	}
}

func FuzzDecodeCommand(f *testing.F) {
	seed(f, func(c domain.Command) domain.AccountID { return c.Account })
	command := newSource(1).command()
	base, _ := encode(command)
	f.Fuzz(func(t *testing.T, key, kind, name, value string, plaintext []byte) {
		for _, m := range forge(base, command.Account, key, kind, name, value, plaintext) {
			got, err := codec.DecodeCommand(context.Background(), m)
			oneOfTwo(t, err)
			if err == nil {
				again(t, got)
			}
		}
	})
}

func FuzzDecodeEvent(f *testing.F) {
	seed(f, func(e domain.Event) domain.AccountID { return e.Account })
	event := newSource(1).event()
	base, _ := encode(event)
	f.Fuzz(func(t *testing.T, key, kind, name, value string, plaintext []byte) {
		for _, m := range forge(base, event.Account, key, kind, name, value, plaintext) {
			got, err := codec.DecodeEvent(context.Background(), m)
			oneOfTwo(t, err)
			if _, unreadable := got.Body.(domain.Unreadable); err == nil && !unreadable {
				again(t, got)
			}
		}
	})
}

func FuzzDecodeReply(f *testing.F) {
	seed(f, func(r domain.Reply) domain.AccountID { return r.Account })
	reply := newSource(1).reply()
	base, _ := encode(reply)
	f.Fuzz(func(t *testing.T, key, kind, name, value string, plaintext []byte) {
		for _, m := range forge(base, reply.Account, key, kind, name, value, plaintext) {
			got, err := codec.DecodeReply(context.Background(), m)
			oneOfTwo(t, err)
			if err == nil {
				again(t, got)
			}
		}
	})
}

// again fails if v does not survive being written and read once more.
func again(t *testing.T, v any) {
	t.Helper()
	m, err := encode(v)
	if err != nil {
		t.Fatalf("%+v was read and can't be written: %v", v, err)
	}
	if got, err := decode(v, m); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("%+v comes back as %+v, %v", v, got, err)
	}
}

// FuzzDecodeClick also holds our reader to what the generated one reads.
func FuzzDecodeClick(f *testing.F) {
	seed[domain.Click](f, nil)
	for n := range uint64(20) {
		c := newSource(n).click()
		f.Add("", "io.linklog.link.clicked.v1", "", "", schemas.AppendClick(nil, c))
	}
	base := schemas.EncodeClick(newSource(1).click())
	f.Fuzz(func(t *testing.T, key, kind, name, value string, payload []byte) {
		m := with(with(base, "ce_type", kind), name, value)
		m.Key, m.Value = []byte(key), payload
		got, err := schemas.DecodeClick(m)
		oneOfTwo(t, err)
		if err != nil {
			return
		}
		again(t, got)
		var generated pb.Click
		if err := proto.Unmarshal(payload, &generated); err != nil {
			t.Fatalf("only we can read it: %v", err)
		}
		sameClick(t, got, &generated)
	})
}

func FuzzDecodeDeadLetter(f *testing.F) {
	seed[schemas.DeadLetter](f, nil)
	base, _ := encode(newSource(1).deadLetter())
	f.Fuzz(func(t *testing.T, key, kind, name, value string, payload []byte) {
		m := with(with(base, "ce_type", kind), name, value)
		m.Key, m.Value = []byte(key), payload
		got, err := schemas.DecodeDeadLetter(m)
		oneOfTwo(t, err)
		if err == nil {
			again(t, got)
		}
	})
}
