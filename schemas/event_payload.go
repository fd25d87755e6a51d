package schemas

import (
	"fmt"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

func eventPayload(e domain.Event) (*pb.Event, error) {
	p := &pb.Event{By: string(e.By), Via: e.Via, Fingerprint: e.Fingerprint[:]}
	switch b := e.Body.(type) {
	case domain.DomainRegistered:
		p.Body = &pb.Event_DomainRegistered{DomainRegistered: &pb.DomainRegistered{Cases: casesOut(b.Cases)}}
	case domain.DomainVerified:
		p.Body = &pb.Event_DomainVerified{DomainVerified: &pb.DomainVerified{}}
	case domain.DomainChanged:
		p.Body = &pb.Event_DomainChanged{DomainChanged: &pb.DomainChanged{From: settingsOut(b.From), To: settingsOut(b.To)}}
	case domain.DomainReleased:
		p.Body = &pb.Event_DomainReleased{DomainReleased: &pb.DomainReleased{}}
	case domain.BlockChanged:
		p.Body = &pb.Event_BlockChanged{BlockChanged: &pb.BlockChanged{Block: blockOut(b.Block), On: b.On, Reason: b.Reason}}
	case domain.LinkCreated:
		p.Body = &pb.Event_LinkCreated{LinkCreated: &pb.LinkCreated{
			Host: string(b.Host), Slug: string(b.Slug), Key: keyOut(b.Key),
			Destination: string(b.Destination), Expires: timeOut(b.Expires), Traits: traitsOut(&b.Traits),
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
	case domain.LinkChanged:
		p.Body = &pb.Event_LinkChanged{LinkChanged: &pb.LinkChanged{
			Key: keyOut(b.Key), Set: fieldsOut(b.Set), From: traitsOut(&b.From), To: traitsOut(&b.To),
		}}
	case domain.LinkDeleted:
		p.Body = &pb.Event_LinkDeleted{LinkDeleted: &pb.LinkDeleted{Key: keyOut(b.Key), ExternalId: b.External}}
	case domain.BatchDecided:
		p.Body = &pb.Event_BatchDecided{BatchDecided: &pb.BatchDecided{Items: itemsOut(b.Items)}}
	case domain.NothingChanged:
		p.Body = &pb.Event_NothingChanged{NothingChanged: &pb.NothingChanged{}}
	default:
		return nil, fmt.Errorf("write event of command %s: no message for %T", e.Command, e.Body)
	}
	return p, nil
}

func keyOut(k domain.SlugKey) *pb.SlugKey { return &pb.SlugKey{Host: string(k.Host), Text: k.Text} }
