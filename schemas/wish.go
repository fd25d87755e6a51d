package schemas

import (
	"time"

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
	case *pb.Command_CreateLink:
		return w.create(b.CreateLink)
	case *pb.Command_UpdateLink:
		return w.update(b.UpdateLink)
	case *pb.Command_DeleteLink:
		return domain.DeleteLink{Link: w.link(b.DeleteLink.GetLink())}
	}
	w.check(false, "body")
	return nil
}

func (w *wish) create(p *pb.CreateLink) domain.CreateLink {
	b := domain.CreateLink{
		Host:        w.host(p.GetHost()),
		Destination: w.destination(p.GetDestination()),
		Expires:     w.time(p.GetExpires()),
	}
	if p.GetSlug() != "" {
		b.Slug = w.slug(p.GetSlug())
	}
	return b
}

func (w *wish) update(p *pb.UpdateLink) domain.UpdateLink {
	b := domain.UpdateLink{Link: w.link(p.GetLink())}
	if p.Destination != nil {
		b.Destination = new(w.destination(p.GetDestination()))
	}
	if p.Slug != nil {
		b.Slug = new(w.slug(p.GetSlug()))
	}
	if p.Expiry != nil {
		b.Expires = new(w.time(p.GetExpiry().GetAt()))
	}
	return b
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

func (w *wish) slug(s string) domain.Slug {
	parsed, err := domain.ParseSlug(s)
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
