package schemas

import (
	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// bare says whether a link has no traits at all. Nothing is written of those.
func bare(t *domain.Traits) bool {
	return t.Plain() && t.Title == "" && t.Note == "" && len(t.Tags) == 0 && t.Metadata == "" && t.External == ""
}

func traitsOut(t *domain.Traits) *pb.Traits {
	if bare(t) {
		return nil
	}
	p := &pb.Traits{
		Title: t.Title, Note: t.Note, Tags: t.Tags, Metadata: string(t.Metadata), ExternalId: t.External,
		Disabled: t.Disabled, Archived: t.Archived, ValidFrom: timeOut(t.Starts), ExpiredUrl: string(t.ExpiredURL),
		Password: t.Password, ClickLimit: t.ClickLimit, RedirectStatus: uint32(t.RedirectStatus),
		ForwardQuery: t.ForwardQuery, ForwardPath: t.ForwardPath, Rules: rulesOut(t.Rules), Indexed: t.Indexed,
	}
	if u := t.UTM; u != (domain.UTM{}) {
		p.Utm = &pb.Utm{Source: u.Source, Medium: u.Medium, Campaign: u.Campaign, Term: u.Term, Content: u.Content}
	}
	if v := t.Preview; v != (domain.Preview{}) {
		p.Preview = &pb.Preview{Title: v.Title, Description: v.Description, Image: v.Image}
	}
	for _, s := range t.Scripts {
		p.Scripts = append(p.Scripts, &pb.Script{Id: s.ID, InBody: s.InBody, Content: s.Content})
	}
	return p
}

// traitsIn checks the form only: what today's rules say of the values is for wishes to ask.
func traitsIn(p *pb.Traits) (t domain.Traits, ok bool) {
	if p == nil {
		return domain.Traits{}, true
	}
	starts, known := timeIn(p.GetValidFrom())
	status, fits := small(p.GetRedirectStatus())
	rules, right := rulesIn(p.GetRules())
	t = domain.Traits{
		Title: p.GetTitle(), Note: p.GetNote(), Tags: p.GetTags(), Metadata: domain.Metadata(p.GetMetadata()), External: p.GetExternalId(),
		Disabled: p.GetDisabled(), Archived: p.GetArchived(), Starts: starts, ExpiredURL: domain.Destination(p.GetExpiredUrl()),
		Password: p.GetPassword(), ClickLimit: p.GetClickLimit(), RedirectStatus: status,
		ForwardQuery: p.GetForwardQuery(), ForwardPath: p.GetForwardPath(), Rules: rules, Indexed: p.GetIndexed(),
	}
	u, v := p.GetUtm(), p.GetPreview()
	t.UTM = domain.UTM{
		Source: u.GetSource(), Medium: u.GetMedium(), Campaign: u.GetCampaign(), Term: u.GetTerm(), Content: u.GetContent(),
	}
	t.Preview = domain.Preview{Title: v.GetTitle(), Description: v.GetDescription(), Image: v.GetImage()}
	for _, s := range p.GetScripts() {
		t.Scripts = append(t.Scripts, domain.Script{ID: s.GetId(), InBody: s.GetInBody(), Content: s.GetContent()})
	}
	return t, known && fits && right
}

// patchOut leaves out a patch of nothing, and of the others the fields that mean nothing.
func patchOut(patch domain.Patch) *pb.Patch {
	if patch.Set == 0 {
		return nil
	}
	to := patch.On(domain.Traits{})
	return &pb.Patch{Set: fieldsOut(patch.Set), To: traitsOut(&to)}
}

func patchIn(p *pb.Patch) (patch domain.Patch, ok bool) {
	set, known := fieldsIn(p.GetSet())
	to, right := traitsIn(p.GetTo())
	patch = domain.Patch{Set: set, To: to}
	patch.To = patch.On(domain.Traits{})
	return patch, known && right
}

// fieldsOut and fieldsIn: a field counts one higher on the wire, where zero is never written.
func fieldsOut(set domain.Fields) []pb.Field {
	var all []pb.Field
	for f := range set.Each {
		all = append(all, pb.Field(f)+1)
	}
	return all
}

func fieldsIn(all []pb.Field) (set domain.Fields, ok bool) {
	for _, p := range all {
		if p < 1 || p > 64 || domain.Field(p-1).String() == "" {
			return 0, false
		}
		set = set.With(domain.Field(p - 1))
	}
	return set, true
}

// small is a number of 16 bits.
func small(n uint32) (uint16, bool) { return uint16(n), n < 1<<16 }
