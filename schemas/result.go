package schemas

import (
	"strings"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// rejectionOut says a code one higher than the domain does, for zero is never written.
func rejectionOut(r *domain.Error) *pb.Rejection {
	if r == nil {
		return nil
	}
	return &pb.Rejection{
		Code:    pb.RejectionCode(r.Code) + 1,
		Message: strings.ToValidUTF8(r.Message, "\uFFFD"),
		Field:   strings.ToValidUTF8(r.Field, "\uFFFD"),
	}
}

// rejectionIn: a code this version has no name for keeps its number. The asker then hears that
// something went wrong, not silence.
func rejectionIn(p *pb.Rejection) (r *domain.Error, ok bool) {
	if p == nil {
		return nil, true
	}
	code := p.GetCode() - 1
	if code < 0 || code > 255 {
		return nil, false
	}
	return &domain.Error{Code: domain.Code(code), Message: p.GetMessage(), Field: p.GetField()}, true
}

func itemsOut(items []domain.ItemResult) []*pb.ItemResult {
	var all []*pb.ItemResult
	for _, i := range items {
		all = append(all, &pb.ItemResult{Link: uint64(i.Link), Version: i.Version, Rejection: rejectionOut(i.Rejection)})
	}
	return all
}

func itemsIn(items []*pb.ItemResult) (all []domain.ItemResult, ok bool) {
	for _, p := range items {
		rejection, ok := rejectionIn(p.GetRejection())
		if !ok {
			return nil, false
		}
		all = append(all, domain.ItemResult{Link: domain.LinkNumber(p.GetLink()), Version: p.GetVersion(), Rejection: rejection})
	}
	return all, true
}
