package schemas

import (
	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

func rulesOut(rules []domain.Rule) []*pb.Rule {
	var all []*pb.Rule
	for _, r := range rules {
		p := &pb.Rule{Id: r.ID, To: string(r.To), Percent: uint32(r.Percent)}
		for _, c := range r.When {
			p.When = append(p.When, &pb.Condition{
				Kind: pb.ConditionKind(c.Kind), Not: c.Not, Values: c.Values, Name: c.Name,
				From: uint32(c.From), To: uint32(c.To), Days: uint32(c.Days), Zone: c.Zone,
				Starts: timeOut(c.Starts), Ends: timeOut(c.Ends),
			})
		}
		all = append(all, p)
	}
	return all
}

func rulesIn(rules []*pb.Rule) (all []domain.Rule, ok bool) {
	for _, p := range rules {
		if p.GetPercent() > 255 {
			return nil, false
		}
		r := domain.Rule{ID: p.GetId(), To: domain.Destination(p.GetTo()), Percent: uint8(p.GetPercent())}
		for _, c := range p.GetWhen() {
			condition, ok := conditionIn(c)
			if !ok {
				return nil, false
			}
			r.When = append(r.When, condition)
		}
		all = append(all, r)
	}
	return all, true
}

func conditionIn(p *pb.Condition) (c domain.Condition, ok bool) {
	from, ok1 := small(p.GetFrom())
	to, ok2 := small(p.GetTo())
	starts, ok3 := timeIn(p.GetStarts())
	ends, ok4 := timeIn(p.GetEnds())
	_, known := pb.ConditionKind_name[int32(p.GetKind())]
	return domain.Condition{
		Kind: domain.ConditionKind(p.GetKind()), Not: p.GetNot(), Values: p.GetValues(), Name: p.GetName(),
		From: from, To: to, Days: uint8(p.GetDays()), Zone: p.GetZone(), Starts: starts, Ends: ends,
	}, ok1 && ok2 && ok3 && ok4 && known && p.GetKind() != 0 && p.GetDays() < 1<<7
}
