package schemas_test

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// meaningless are traits that no release has written: the domain has no place for them.
func meaningless() map[string]*pb.Traits {
	when := func(c *pb.Condition) *pb.Traits {
		return &pb.Traits{Rules: []*pb.Rule{{Id: "rul_1", When: []*pb.Condition{c}}}}
	}
	never := &timestamppb.Timestamp{Seconds: 1 << 60}
	return map[string]*pb.Traits{
		"status":     {RedirectStatus: 1<<16 + 302},
		"start":      {ValidFrom: never},
		"percentage": {Rules: []*pb.Rule{{Percent: 256 + 50}}},
		"no kind":    when(&pb.Condition{}),
		"kind":       when(&pb.Condition{Kind: 12}),
		"far kind":   when(&pb.Condition{Kind: 256 + 1}),
		"from":       when(&pb.Condition{Kind: pb.ConditionKind_CONDITION_KIND_TIME, From: 1 << 16}),
		"to":         when(&pb.Condition{Kind: pb.ConditionKind_CONDITION_KIND_TIME, To: 1 << 16}),
		"days":       when(&pb.Condition{Kind: pb.ConditionKind_CONDITION_KIND_WEEKDAY, Days: 1 << 7}),
		"starts":     when(&pb.Condition{Kind: pb.ConditionKind_CONDITION_KIND_DATE, Starts: never}),
		"ends":       when(&pb.Condition{Kind: pb.ConditionKind_CONDITION_KIND_DATE, Ends: never}),
	}
}

// holdMeaningless fails unless an event and a command with these payloads are unusable.
func holdMeaningless(t *testing.T, name string, event domain.EventBody, fact *pb.Event, command domain.CommandBody, wish *pb.Command) {
	t.Helper()
	fact.Fingerprint = make([]byte, 16)
	e, c := sampleEvent(sampleLink, 2, event), sampleCommand("", 0, command)
	got, err := codec.DecodeEvent(context.Background(), schemas.Reseal(codec, e.Account, mustEncode(t, e), marshal(t, fact)))
	if _, unreadable := got.Body.(domain.Unreadable); !unreadable || err != nil {
		t.Errorf("%s of a fact: read %+v, %v", name, got, err)
	}
	if got, err := codec.DecodeCommand(context.Background(), schemas.Reseal(codec, c.Account, mustEncode(t, c), marshal(t, wish))); !errors.Is(err, schemas.ErrUnusable) {
		t.Errorf("%s of a wish: read %+v, %v", name, got, err)
	}
}

func marshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestMeaningless: what the domain has no place for is never read as something else.
func TestMeaningless(t *testing.T) {
	key := &pb.SlugKey{Host: "h.example", Text: "x"}
	for name, traits := range meaningless() {
		holdMeaningless(t, name,
			domain.LinkCreated{}, &pb.Event{Body: &pb.Event_LinkCreated{LinkCreated: &pb.LinkCreated{Key: key, Traits: traits}}},
			domain.CreateLink{}, &pb.Command{Body: &pb.Command_CreateLink{CreateLink: &pb.CreateLink{
				Host: string(sampleHost), Destination: string(sampleTarget), Traits: traits,
			}}})
	}
	for name, f := range map[string]pb.Field{"no field": 0, "field": pb.Field(len(fields()) + 1), "far field": 256 + 1, "negative": -1, "far below": 1 - 256} {
		set := []pb.Field{pb.Field_FIELD_TITLE, f}
		holdMeaningless(t, name,
			domain.LinkChanged{}, &pb.Event{Body: &pb.Event_LinkChanged{LinkChanged: &pb.LinkChanged{Key: key, Set: set}}},
			domain.UpdateLink{}, &pb.Command{Body: &pb.Command_UpdateLink{UpdateLink: &pb.UpdateLink{
				Link: uint64(sampleLink), Patch: &pb.Patch{Set: set},
			}}})
	}
	for name, block := range map[string]*pb.Block{"no block": nil, "no kind": {Value: "x"}, "kind": {Kind: 4, Value: "x"}, "far kind": {Kind: 256 + 1, Value: "x"}} {
		holdMeaningless(t, name,
			domain.BlockChanged{}, &pb.Event{Body: &pb.Event_BlockChanged{BlockChanged: &pb.BlockChanged{Block: block}}},
			domain.SetBlock{}, &pb.Command{Body: &pb.Command_SetBlock{SetBlock: &pb.SetBlock{Block: block}}})
	}
	settings := &pb.DomainSettings{RedirectStatus: 1<<16 + 302}
	holdMeaningless(t, "status of a domain",
		domain.DomainChanged{}, &pb.Event{Body: &pb.Event_DomainChanged{DomainChanged: &pb.DomainChanged{From: settings}}},
		domain.ChangeDomain{}, &pb.Command{Body: &pb.Command_ChangeDomain{ChangeDomain: &pb.ChangeDomain{To: settings}}})
	holdMeaningless(t, "item",
		domain.BatchDecided{}, &pb.Event{Body: &pb.Event_BatchDecided{BatchDecided: &pb.BatchDecided{Items: []*pb.ItemResult{{Rejection: &pb.Rejection{}}}}}},
		domain.Batch{}, &pb.Command{Body: &pb.Command_Batch{Batch: &pb.Batch{Items: []*pb.BatchItem{{}}}}})
}

// TestPatchesAreRead as what they set, and not at all if what they set is too large.
func TestPatchesAreRead(t *testing.T) {
	want := fingerprinted(t, sampleCommand("", 0, patching(domain.FieldTitle, domain.Traits{Title: "Fall"})))
	read := func(to *pb.Traits) (domain.Command, error) {
		return codec.DecodeCommand(context.Background(), schemas.Reseal(codec, want.Account, mustEncode(t, want), marshal(t, &pb.Command{
			By: string(want.By), Body: &pb.Command_UpdateLink{UpdateLink: &pb.UpdateLink{
				Link: uint64(sampleLink), Patch: &pb.Patch{Set: []pb.Field{pb.Field_FIELD_TITLE}, To: to},
			}},
		})))
	}
	if got, err := read(&pb.Traits{Title: "Fall", Note: "left over"}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v", got, err)
	}
	if _, err := read(&pb.Traits{Title: "Fall", Note: strings.Repeat("x", schemas.MaxTraits)}); !errors.Is(err, schemas.ErrUnusable) {
		t.Errorf("a patch of everything: %v", err)
	}
}

// TestLargeCreationIsRefused whoever wrote it: the domain lets each of its parts pass.
func TestLargeCreationIsRefused(t *testing.T) {
	body := &pb.CreateLink{Host: string(sampleHost), Destination: string(sampleTarget), Traits: &pb.Traits{}}
	for i := range domain.MaxRules {
		body.Traits.Rules = append(body.Traits.Rules, &pb.Rule{
			Id: strconv.Itoa(i), To: "https://x.example/" + strings.Repeat("y", 2000),
			When: []*pb.Condition{{Kind: pb.ConditionKind_CONDITION_KIND_QUERY, Name: "n"}},
		})
	}
	c := sampleCommand("", 0, domain.CreateLink{})
	read := func() error {
		_, err := codec.DecodeCommand(context.Background(), schemas.Reseal(codec, c.Account, mustEncode(t, c),
			marshal(t, &pb.Command{Body: &pb.Command_CreateLink{CreateLink: body}})))
		return err
	}
	if err := read(); err != nil {
		t.Errorf("a hundred rules: %v", err)
	}
	for i := range 10 {
		body.Traits.Scripts = append(body.Traits.Scripts, &pb.Script{Id: strconv.Itoa(i), Content: strings.Repeat("x", domain.MaxScript)})
	}
	if err := read(); !errors.Is(err, schemas.ErrUnusable) {
		t.Errorf("with scripts: %v", err)
	}
}
