package schemas

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// timeOut leaves the zero time unsaid.
func timeOut(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func timeIn(p *timestamppb.Timestamp) (time.Time, bool) {
	if p == nil {
		return time.Time{}, true
	}
	return p.AsTime(), p.IsValid()
}

// casesOut and casesIn: a policy counts one higher on the wire, where zero is never written.
func casesOut(c domain.CasePolicy) pb.CasePolicy { return pb.CasePolicy(c) + 1 }

func casesIn(p pb.CasePolicy) (domain.CasePolicy, bool) {
	switch p {
	case pb.CasePolicy_CASE_POLICY_KEEP:
		return domain.KeepCase, true
	case pb.CasePolicy_CASE_POLICY_IGNORE:
		return domain.IgnoreCase, true
	}
	return 0, false
}

// linkNumber says whether n can be a link's number.
func linkNumber(n uint64) bool { return n > 0 && n < 1<<53 }
