package main

import (
	"testing"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

func TestPlansOfAnInstallation(t *testing.T) {
	t.Parallel()
	all, err := siteSettings{FixedURLPlans: []string{"free", "pro"}, EnterpriseRequests: 50_000}.plans()
	if err != nil {
		t.Fatal(err)
	}
	if !all[domain.Free].Limits.FixedURLs || !all[domain.Pro].Limits.FixedURLs || all[domain.Enterprise].Limits.FixedURLs {
		t.Errorf("%+v", all)
	}
	if all[domain.Enterprise].Requests != 50_000 || all[domain.Free].Requests != httpapi.FreeLimit || all[domain.Free].Limits.Links == 0 {
		t.Errorf("%+v", all)
	}
	if all, err = (siteSettings{}).plans(); err != nil || all[domain.Enterprise].Requests != httpapi.Unlimited {
		t.Errorf("%+v, %v", all, err)
	}
	for _, wrong := range []siteSettings{{FixedURLPlans: []string{"gold"}}, {EnterpriseRequests: -1}} {
		if _, err := wrong.plans(); err == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
}

func TestOriginsOfAnInstallation(t *testing.T) {
	t.Parallel()
	for origin, right := range map[string]bool{
		"https://app.example": true, "http://localhost:3000": true, "*": true,
		"app.example": false, "https://app.example/": false, "https://app.example/a": false, "": false,
	} {
		if _, err := (siteSettings{CORSOrigins: []string{origin}}).origins(); (err == nil) != right {
			t.Errorf("%q: %v", origin, err)
		}
	}
}
