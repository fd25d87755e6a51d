package schemas

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

func commandPayload(c domain.Command) (*pb.Command, error) {
	p := &pb.Command{By: string(c.By), Via: c.Via, IfVersion: c.IfVersion}
	if c.Limits != (domain.Limits{}) {
		p.Limits = &pb.Limits{Links: c.Limits.Links, FixedUrls: c.Limits.FixedURLs}
	}
	switch b := c.Body.(type) {
	case domain.RegisterDomain:
		p.Body = &pb.Command_RegisterDomain{RegisterDomain: &pb.RegisterDomain{Cases: casesOut(b.Cases)}}
	case domain.VerifyDomain:
		p.Body = &pb.Command_VerifyDomain{VerifyDomain: &pb.VerifyDomain{}}
	case domain.ChangeDomain:
		p.Body = &pb.Command_ChangeDomain{ChangeDomain: &pb.ChangeDomain{To: settingsOut(b.To)}}
	case domain.ReleaseDomain:
		p.Body = &pb.Command_ReleaseDomain{ReleaseDomain: &pb.ReleaseDomain{}}
	case domain.SetBlock:
		p.Body = &pb.Command_SetBlock{SetBlock: &pb.SetBlock{Block: blockOut(b.Block), On: b.On, Reason: b.Reason}}
	case domain.CreateLink:
		p.Body = &pb.Command_CreateLink{CreateLink: createOut(&b)}
	case domain.UpdateLink:
		p.Body = &pb.Command_UpdateLink{UpdateLink: updateOut(&b)}
	case domain.DeleteLink:
		p.Body = &pb.Command_DeleteLink{DeleteLink: deleteOut(b)}
	case domain.Batch:
		batch, err := batchOut(b)
		if err != nil {
			return nil, fmt.Errorf("write command %s: %w", c.ID, err)
		}
		p.Body = &pb.Command_Batch{Batch: batch}
	default:
		return nil, fmt.Errorf("write command %s: no message for %T", c.ID, c.Body)
	}
	return p, nil
}

func createOut(b *domain.CreateLink) *pb.CreateLink {
	return &pb.CreateLink{
		Host: string(b.Host), Slug: string(b.Slug), Destination: string(b.Destination), Expires: timeOut(b.Expires),
		Foreign: b.Foreign, Traits: traitsOut(&b.Traits), Upsert: b.Upsert, Set: fieldsOut(b.Set), SetEnd: b.SetEnd,
	}
}

func updateOut(b *domain.UpdateLink) *pb.UpdateLink {
	p := &pb.UpdateLink{Link: uint64(b.Link), Patch: patchOut(b.Patch), Revert: b.Revert}
	if b.Destination != nil {
		p.Destination = proto.String(string(*b.Destination))
	}
	if b.Host != nil {
		p.Host = proto.String(string(*b.Host))
	}
	if b.Slug != nil {
		p.Slug = proto.String(string(*b.Slug))
	}
	if b.Expires != nil {
		p.Expiry = &pb.Expiry{At: timeOut(*b.Expires)}
	}
	return p
}

func deleteOut(b domain.DeleteLink) *pb.DeleteLink { return &pb.DeleteLink{Link: uint64(b.Link)} }

func batchOut(b domain.Batch) (*pb.Batch, error) {
	p := &pb.Batch{Atomic: b.Atomic, Items: make([]*pb.BatchItem, len(b.Items))}
	for i, item := range b.Items {
		switch item := item.(type) {
		case domain.CreateLink:
			p.Items[i] = &pb.BatchItem{Item: &pb.BatchItem_CreateLink{CreateLink: createOut(&item)}}
		case domain.UpdateLink:
			p.Items[i] = &pb.BatchItem{Item: &pb.BatchItem_UpdateLink{UpdateLink: updateOut(&item)}}
		case domain.DeleteLink:
			p.Items[i] = &pb.BatchItem{Item: &pb.BatchItem_DeleteLink{DeleteLink: deleteOut(item)}}
		default:
			return nil, fmt.Errorf("a batch can't hold %T", item)
		}
	}
	return p, nil
}

// checkTraits holds MaxTraits.
func checkTraits(p *pb.Command) error {
	if proto.Size(p) <= MaxTraits {
		return nil // hardly any command is larger as a whole
	}
	large := proto.Size(p.GetCreateLink().GetTraits()) > MaxTraits || proto.Size(p.GetUpdateLink().GetPatch()) > MaxTraits
	for _, i := range p.GetBatch().GetItems() {
		large = large || proto.Size(i.GetCreateLink().GetTraits()) > MaxTraits || proto.Size(i.GetUpdateLink().GetPatch()) > MaxTraits
	}
	if large {
		return domain.Errorf(domain.TooLarge, "", "what is set of a link at once must have at most %d KiB, rules and scripts included", MaxTraits>>10)
	}
	return nil
}
