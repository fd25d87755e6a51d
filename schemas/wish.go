package schemas

import (
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// wish reads what a command asks for, by today's rules, and keeps the first thing that is
// wrong with it. Values must come in their one spelling: they were normalised before they
// were written, and the fingerprint is made of them.
type wish struct{ err error }

func (w *wish) body(p *pb.Command) domain.CommandBody {
	switch b := p.GetBody().(type) {
	case *pb.Command_RegisterDomain:
		return domain.RegisterDomain{Cases: w.cases(b.RegisterDomain.GetCases())}
	case *pb.Command_VerifyDomain:
		return domain.VerifyDomain{}
	case *pb.Command_ChangeDomain:
		return domain.ChangeDomain{To: w.settings(b.ChangeDomain.GetTo())}
	case *pb.Command_ReleaseDomain:
		return domain.ReleaseDomain{}
	case *pb.Command_SetBlock:
		c := b.SetBlock
		return domain.SetBlock{Block: w.block(c.GetBlock()), On: c.GetOn(), Reason: w.reason(c.GetReason())}
	case *pb.Command_CreateLink:
		return w.create(b.CreateLink)
	case *pb.Command_UpdateLink:
		return w.update(b.UpdateLink)
	case *pb.Command_DeleteLink:
		return w.delete(b.DeleteLink)
	case *pb.Command_Batch:
		return w.batch(b.Batch)
	}
	w.check(false, "body")
	return nil
}

// batch leaves the number of items to the decision, which answers it with a reason.
func (w *wish) batch(p *pb.Batch) domain.Batch {
	b := domain.Batch{Atomic: p.GetAtomic()}
	for _, item := range p.GetItems() {
		switch i := item.GetItem().(type) {
		case *pb.BatchItem_CreateLink:
			b.Items = append(b.Items, w.create(i.CreateLink))
		case *pb.BatchItem_UpdateLink:
			b.Items = append(b.Items, w.update(i.UpdateLink))
		case *pb.BatchItem_DeleteLink:
			b.Items = append(b.Items, w.delete(i.DeleteLink))
		default:
			w.check(false, "batch")
		}
	}
	return b
}

func (w *wish) create(p *pb.CreateLink) domain.CreateLink {
	b := domain.CreateLink{
		Host:        w.host(p.GetHost()),
		Foreign:     p.GetForeign(),
		Destination: w.destination(p.GetDestination()),
		Expires:     w.time(p.GetExpires()),
		Traits:      w.traits(p.GetTraits()),
		Upsert:      p.GetUpsert(),
		Set:         w.fields(p.GetSet()),
		SetEnd:      p.GetSetEnd(),
	}
	if p.GetSlug() != "" {
		b.Slug = w.slug(p.GetSlug(), p.GetForeign())
	}
	return b
}

// update leaves it to the decision whether a link may have a foreign slug: one that has it may.
func (w *wish) update(p *pb.UpdateLink) domain.UpdateLink {
	b := domain.UpdateLink{Link: w.link(p.GetLink()), Patch: w.patch(p.GetPatch()), Revert: p.GetRevert()}
	if p.Destination != nil {
		b.Destination = new(w.destination(p.GetDestination()))
	}
	if p.Host != nil {
		b.Host = new(w.host(p.GetHost()))
	}
	if p.Slug != nil {
		b.Slug = new(w.slug(p.GetSlug(), true))
	}
	if p.Expiry != nil {
		b.Expires = new(w.time(p.GetExpiry().GetAt()))
	}
	return b
}

func (w *wish) delete(p *pb.DeleteLink) domain.DeleteLink {
	return domain.DeleteLink{Link: w.link(p.GetLink())}
}

func (w *wish) check(ok bool, field string) {
	if !ok && w.err == nil {
		w.err = unusable("its %s is not one we accept", field)
	}
}

func (w *wish) cases(p pb.CasePolicy) domain.CasePolicy {
	cases, ok := casesIn(p)
	w.check(ok, "case policy")
	return cases
}

func (w *wish) host(s string) domain.Host {
	h, err := domain.ParseHost(s)
	w.check(err == nil && string(h) == s, "host")
	return h
}

func (w *wish) slug(s string, foreign bool) domain.Slug {
	parse := domain.ParseSlug
	if foreign {
		parse = domain.ParseForeignSlug
	}
	parsed, err := parse(s)
	w.check(err == nil, "slug")
	return parsed
}

func (w *wish) destination(s string) domain.Destination {
	d, err := domain.ParseDestination(s)
	w.check(err == nil && string(d) == s, "destination")
	return d
}

func (w *wish) link(n uint64) domain.LinkNumber {
	l, err := domain.ParseLinkNumber(domain.LinkNumber(n).String())
	w.check(err == nil, "link")
	return l
}

func (w *wish) time(p *timestamppb.Timestamp) time.Time {
	t, ok := timeIn(p)
	w.check(ok, "time")
	return t
}

func (w *wish) traits(p *pb.Traits) domain.Traits {
	if p == nil {
		return domain.Traits{}
	}
	t, ok := traitsIn(p)
	w.check(ok && proto.Size(p) <= MaxTraits && t.Check() == nil, "traits")
	return t
}

func (w *wish) fields(all []pb.Field) domain.Fields {
	set, ok := fieldsIn(all)
	w.check(ok, "set")
	return set
}

func (w *wish) patch(p *pb.Patch) domain.Patch {
	if p == nil {
		return domain.Patch{}
	}
	patch, ok := patchIn(p)
	w.check(ok && proto.Size(p) <= MaxTraits && patch.Check() == nil, "patch")
	return patch
}

func (w *wish) settings(p *pb.DomainSettings) domain.DomainSettings {
	s, ok := settingsIn(p)
	w.check(ok && s.Check() == nil, "settings")
	return s
}

func (w *wish) block(p *pb.Block) domain.Block {
	b, ok := blockIn(p)
	parsed, err := domain.ParseBlock(b.Kind.String(), b.Value)
	w.check(ok && err == nil && parsed == b && plain(b.Value), "block")
	return b
}

func (w *wish) reason(s string) string {
	parsed, err := domain.ParseReason(s)
	w.check(err == nil && parsed == s, "reason")
	return s
}
