package domain_test

import (
	"testing"

	"github.com/linklog/linklog/domain"
)

func TestProof(t *testing.T) {
	t.Parallel()
	p := domain.NewProof([]byte("secret"), "acc_ann", "go.example.com")
	if p.Name != "_linklog.go.example.com" {
		t.Errorf("the record is called %s", p.Name)
	}
	if err := p.Check([]string{"v=spf1 -all", p.Value}); err != nil {
		t.Error(err)
	}
	for _, other := range []domain.Proof{
		domain.NewProof([]byte("secret"), "acc_bob", "go.example.com"),
		domain.NewProof([]byte("secret"), "acc_ann", "to.example.com"),
		domain.NewProof([]byte("another"), "acc_ann", "go.example.com"),
	} {
		if err := p.Check([]string{other.Value}); domain.CodeOf(err) != domain.Validation {
			t.Errorf("another's record proves it: %v", err)
		}
	}
}

func TestClaimable(t *testing.T) {
	t.Parallel()
	all := []domain.Domain{
		{Host: "pocolink.com", Account: domain.SystemAccount, Verified: true, Version: 1},
		{Host: "go.ann.com", Account: "acc_ann", Verified: true, Version: 2},
		{Host: "claimed.com", Account: "acc_bob", Version: 1},
	}
	claim := func(host domain.Host, version uint64, code domain.Code) {
		t.Helper()
		d, err := domain.Claimable(all, "acc_ann", host)
		if d.Version != version || (err != nil) != (code != domain.Internal) || err != nil && domain.CodeOf(err) != code {
			t.Errorf("%s: version %d, %v", host, d.Version, err)
		}
	}
	claim("go.ann.com", 2, domain.Internal)
	claim("new.com", 0, domain.Internal)
	claim("claimed.com", 0, domain.Internal) // whoever proves it has it
	claim("pocolink.com", 0, domain.Forbidden)
	claim("a.go.ann.com", 0, domain.Validation)
	claim("ann.com", 0, domain.Validation)
	claim("localhost", 0, domain.Validation)
	claim("[::1]", 0, domain.Validation)
}
