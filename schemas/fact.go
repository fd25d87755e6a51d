package schemas

import (
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// errContent says that a payload opened but is not what its type promises.
var errContent = errors.New("the payload is not what its type promises")

func eventPayload(e domain.Event) (*pb.Event, error) {
	p := &pb.Event{By: string(e.By), Fingerprint: e.Fingerprint[:]}
	switch b := e.Body.(type) {
	case domain.DomainRegistered:
		p.Body = &pb.Event_DomainRegistered{DomainRegistered: &pb.DomainRegistered{Cases: casesOut(b.Cases)}}
	case domain.LinkCreated:
		p.Body = &pb.Event_LinkCreated{LinkCreated: &pb.LinkCreated{
			Host: string(b.Host), Slug: string(b.Slug), Key: keyOut(b.Key),
			Destination: string(b.Destination), Expires: timeOut(b.Expires),
		}}
	case domain.DestinationChanged:
		p.Body = &pb.Event_DestinationChanged{DestinationChanged: &pb.DestinationChanged{
			Key: keyOut(b.Key), From: string(b.From), To: string(b.To),
		}}
	case domain.SlugChanged:
		p.Body = &pb.Event_SlugChanged{SlugChanged: &pb.SlugChanged{
			From: string(b.From), To: string(b.To), FromKey: keyOut(b.FromKey), ToKey: keyOut(b.ToKey),
		}}
	case domain.ExpiryChanged:
		p.Body = &pb.Event_ExpiryChanged{ExpiryChanged: &pb.ExpiryChanged{
			Key: keyOut(b.Key), From: timeOut(b.From), To: timeOut(b.To),
		}}
	case domain.LinkDeleted:
		p.Body = &pb.Event_LinkDeleted{LinkDeleted: &pb.LinkDeleted{Key: keyOut(b.Key)}}
	case domain.NothingChanged:
		p.Body = &pb.Event_NothingChanged{NothingChanged: &pb.NothingChanged{}}
	default:
		return nil, fmt.Errorf("write event of command %s: no message for %T", e.Command, e.Body)
	}
	return p, nil
}

// eventContent adds what the payload holds.
func eventContent(e *domain.Event, plaintext []byte, counter uint64) error {
	var p pb.Event
	if proto.Unmarshal(plaintext, &p) != nil || len(p.GetFingerprint()) != len(e.Fingerprint) {
		return errContent
	}
	f := fact{}
	e.By, e.Fingerprint, e.Body = domain.KeyID(p.GetBy()), domain.Fingerprint(p.GetFingerprint()), f.body(&p, counter)
	return f.err
}

// fact reads what happened. It checks the form only: today's rules can't undo the past.
type fact struct{ err error }

func (f *fact) body(p *pb.Event, counter uint64) domain.EventBody {
	switch b := p.GetBody().(type) {
	case *pb.Event_DomainRegistered:
		return domain.DomainRegistered{Cases: f.cases(b.DomainRegistered.GetCases())}
	case *pb.Event_LinkCreated:
		c := b.LinkCreated
		return domain.LinkCreated{
			Host: domain.Host(c.GetHost()), Slug: domain.Slug(c.GetSlug()), Key: f.key(c.GetKey()),
			Destination: domain.Destination(c.GetDestination()), Expires: f.time(c.GetExpires()), Counter: counter,
		}
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
	case *pb.Event_LinkDeleted:
		return domain.LinkDeleted{Key: f.key(b.LinkDeleted.GetKey())}
	case *pb.Event_NothingChanged:
		return domain.NothingChanged{}
	}
	f.check(false)
	return nil
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

func keyOut(k domain.SlugKey) *pb.SlugKey { return &pb.SlugKey{Host: string(k.Host), Text: k.Text} }
