package schemas

import (
	"errors"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// errContent says that a payload opened but is not what its type promises.
var errContent = errors.New("the payload is not what its type promises")

// eventContent adds what the payload holds.
func eventContent(e *domain.Event, plaintext []byte, counter uint64) error {
	var p pb.Event
	if proto.Unmarshal(plaintext, &p) != nil || len(p.GetFingerprint()) != len(e.Fingerprint) {
		return errContent
	}
	f := fact{}
	e.By, e.Via, e.Fingerprint = domain.KeyID(p.GetBy()), p.GetVia(), domain.Fingerprint(p.GetFingerprint())
	e.Body = f.body(&p, counter)
	return f.err
}

// fact reads what happened. It checks the form only: today's rules can't undo the past.
type fact struct{ err error }

func (f *fact) body(p *pb.Event, counter uint64) domain.EventBody {
	switch b := p.GetBody().(type) {
	case *pb.Event_DomainRegistered:
		return domain.DomainRegistered{Cases: f.cases(b.DomainRegistered.GetCases())}
	case *pb.Event_DomainVerified:
		return domain.DomainVerified{}
	case *pb.Event_DomainChanged:
		return domain.DomainChanged{From: f.settings(b.DomainChanged.GetFrom()), To: f.settings(b.DomainChanged.GetTo())}
	case *pb.Event_DomainReleased:
		return domain.DomainReleased{}
	case *pb.Event_BlockChanged:
		c := b.BlockChanged
		return domain.BlockChanged{Block: f.block(c.GetBlock()), On: c.GetOn(), Reason: c.GetReason()}
	case *pb.Event_LinkCreated:
		return f.created(b.LinkCreated, counter)
	case *pb.Event_DestinationChanged:
		c := b.DestinationChanged
		return domain.DestinationChanged{
			Key: f.key(c.GetKey()), From: domain.Destination(c.GetFrom()), To: domain.Destination(c.GetTo()),
		}
	case *pb.Event_SlugChanged:
		c := b.SlugChanged
		return domain.SlugChanged{
			From: domain.Slug(c.GetFrom()), To: domain.Slug(c.GetTo()),
			FromKey: f.key(c.GetFromKey()), ToKey: f.key(c.GetToKey()),
		}
	case *pb.Event_ExpiryChanged:
		c := b.ExpiryChanged
		return domain.ExpiryChanged{Key: f.key(c.GetKey()), From: f.time(c.GetFrom()), To: f.time(c.GetTo())}
	case *pb.Event_LinkChanged:
		c := b.LinkChanged
		return domain.LinkChanged{
			Key: f.key(c.GetKey()), Set: f.fields(c.GetSet()), From: f.traits(c.GetFrom()), To: f.traits(c.GetTo()),
		}
	case *pb.Event_LinkDeleted:
		return domain.LinkDeleted{Key: f.key(b.LinkDeleted.GetKey()), External: b.LinkDeleted.GetExternalId()}
	case *pb.Event_BatchDecided:
		return domain.BatchDecided{Items: f.items(b.BatchDecided.GetItems())}
	case *pb.Event_NothingChanged:
		return domain.NothingChanged{}
	}
	f.check(false)
	return nil
}

func (f *fact) created(p *pb.LinkCreated, counter uint64) domain.LinkCreated {
	return domain.LinkCreated{
		Host: domain.Host(p.GetHost()), Slug: domain.Slug(p.GetSlug()), Key: f.key(p.GetKey()),
		Destination: domain.Destination(p.GetDestination()), Expires: f.time(p.GetExpires()),
		Traits: f.traits(p.GetTraits()), Counter: counter,
	}
}

func (f *fact) check(ok bool) {
	if !ok {
		f.err = errContent
	}
}

func (f *fact) cases(p pb.CasePolicy) domain.CasePolicy {
	cases, ok := casesIn(p)
	f.check(ok)
	return cases
}

func (f *fact) key(p *pb.SlugKey) domain.SlugKey {
	f.check(p != nil)
	return domain.SlugKey{Host: domain.Host(p.GetHost()), Text: p.GetText()}
}

func (f *fact) time(p *timestamppb.Timestamp) time.Time {
	t, ok := timeIn(p)
	f.check(ok)
	return t
}

func (f *fact) traits(p *pb.Traits) domain.Traits {
	t, ok := traitsIn(p)
	f.check(ok)
	return t
}

func (f *fact) fields(p []pb.Field) domain.Fields {
	set, ok := fieldsIn(p)
	f.check(ok)
	return set
}

func (f *fact) settings(p *pb.DomainSettings) domain.DomainSettings {
	s, ok := settingsIn(p)
	f.check(ok)
	return s
}

func (f *fact) block(p *pb.Block) domain.Block {
	b, ok := blockIn(p)
	f.check(ok)
	return b
}

func (f *fact) items(p []*pb.ItemResult) []domain.ItemResult {
	items, ok := itemsIn(p)
	f.check(ok)
	return items
}
