package schemas_test

import (
	"time"

	"github.com/linklog/linklog/domain"
)

// sampleTraits holds every trait and every kind of condition.
func sampleTraits() domain.Traits {
	return domain.Traits{
		Title: "Spring sale", Note: "Printed on the flyer,\nfirst of March", Tags: []string{"print", "spring"},
		Metadata: `{"budget":1200,"owner":{"team":"growth"}}`, External: "crm-4711",
		Disabled: true, Archived: true, Starts: recordedEnd, ExpiredURL: "https://example.com/over", Password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
		ClickLimit: 5000, RedirectStatus: 308, ForwardQuery: true, ForwardPath: true,
		UTM:   domain.UTM{Source: "flyer", Medium: "print", Campaign: "spring", Term: "boots", Content: "back"},
		Rules: sampleRules(), Scripts: []domain.Script{
			{ID: "scr_1", Content: "https://tags.example/pixel.js"},
			{ID: "scr_2", InBody: true, Content: "<script>seen('it')</script>"},
		},
		Preview: domain.Preview{Title: "Boots!", Description: "Half the price", Image: "https://example.com/boots.png"},
		Indexed: true,
	}
}

func sampleRules() []domain.Rule {
	return []domain.Rule{
		{ID: "rul_where", To: "https://example.com/dach", When: []domain.Condition{
			{Kind: domain.ByCountry, Values: []string{"AT", "CH", "DE"}},
			{Kind: domain.ByCity, Not: true, Values: []string{"Berlin"}},
			{Kind: domain.ByLanguage, Values: []string{"de", "de-at"}},
		}},
		{ID: "rul_what", To: "https://apps.example/ios", When: []domain.Condition{
			{Kind: domain.ByDevice, Values: []string{"mobile", "tablet"}},
			{Kind: domain.ByOS, Values: []string{"iOS"}},
			{Kind: domain.ByBrowser, Values: []string{"Safari"}},
			{Kind: domain.ByReferrer, Values: []string{"news.example"}},
			{Kind: domain.ByQuery, Name: "ref", Values: []string{"mail", "letter"}},
		}},
		{ID: "rul_when", To: "https://example.com/night", When: []domain.Condition{
			{Kind: domain.ByTime, From: 22*60 + 30, To: 6 * 60, Zone: "Asia/Kathmandu"},
			{Kind: domain.ByDate, Starts: recordedEnd.AddDate(0, 0, -30), Ends: recordedEnd},
			{Kind: domain.ByWeekday, Days: 1<<0 | 1<<6, Zone: "Europe/Vienna"},
		}},
		{ID: "rul_half", To: "https://example.com/b", Percent: 50},
	}
}

// sampleWish is what of the traits was recorded in commands.
func sampleWish() domain.Traits {
	t := sampleTraits()
	t.Disabled, t.Archived = false, false
	return t
}

func sampleSettings() domain.DomainSettings {
	return domain.DomainSettings{
		RedirectStatus: 307, Root: "https://example.com/", NotFound: "https://example.com/lost", Robots: "User-agent: *\nDisallow: /",
		Favicon: "https://example.com/favicon.ico", AppleAssociation: `{"applinks":{"details":[]}}`,
		AssetLinks: `[{"relation":["delegate_permission/common.handle_all_urls"]}]`,
	}
}

func sampleResults() []domain.ItemResult {
	return []domain.ItemResult{
		{Link: sampleLink, Version: 1},
		{Rejection: &domain.Error{Code: domain.ExternalTaken, Field: "external_id", Message: "another link has the external id \"crm-4711\""}},
		{Link: sampleLink + 1, Version: 7},
	}
}

// traitCommandSamples came with revision 2.
func traitCommandSamples() []sample {
	command := sampleCommand
	limited := command("00bfc34837c81a2e84ed3458e723a035", 0, domain.CreateLink{
		Host: "a.go.example", Slug: "Spring-26", Destination: sampleTarget, Expires: recordedEnd,
	})
	limited.Via, limited.Limits = "linkpack", domain.Limits{Links: 25, FixedURLs: true}
	update := domain.UpdateLink{Link: sampleLink, Host: new(domain.Host("b.go.example")), Patch: domain.Patch{
		Set: domain.Fields(0).With(domain.FieldTitle).With(domain.FieldRules).With(domain.FieldPreviewImage), // takes the image away
		To:  domain.Traits{Title: "Autumn sale", Rules: sampleRules()},
	}}
	return []sample{
		{"verify_domain", command("a3444ab5372b1c9e324391151cd9dbb2", 0, domain.VerifyDomain{})},
		{"change_domain", command("15aa019f22bfd52f570f21174f23a757", 2, domain.ChangeDomain{To: sampleSettings()})},
		{"set_block", command("8301c0a630bbf6b94433d89227746ff7", 0, domain.SetBlock{Block: domain.Block{Kind: domain.BlockHost, Value: "bad.example"}, On: true, Reason: "phishing"})},
		{"unset_block", command("2f4740eb43a2173379a405788bf3c6cd", 0, domain.SetBlock{Block: domain.Block{Kind: domain.BlockLink, Value: sampleLink.String()}})},
		{"create_link_limited", limited},
		{"create_link_traits", command("3ce877b12ab598554abb4ead8ec972f6", 0, domain.CreateLink{
			Host: sampleHost, Destination: sampleTarget, Traits: sampleWish(), Upsert: true,
		})},
		{"update_link_traits", command("7fea22902072b7a32c6692a33e9133d2", 3, update)},
		{"batch", command("0abb99562bd8bde34303b218e088e95d", 0, domain.Batch{Atomic: true, Items: []domain.CommandBody{
			domain.CreateLink{Host: sampleHost, Destination: sampleTarget, Traits: domain.Traits{External: "crm-1", Tags: []string{"spring"}}, Upsert: true},
			domain.UpdateLink{Link: sampleLink, Expires: new(time.Time{})},
			domain.DeleteLink{Link: sampleLink + 1},
		}})},
	}
}

// releaseSamples are of types that came later and need no revision.
func releaseSamples() []sample {
	return []sample{
		{"release_domain", sampleCommand("a896a063d4cf906cc5f8dc954f47b84e", 3, domain.ReleaseDomain{})},
		{"domain_released", sampleEvent(0, 4, domain.DomainReleased{})},
		{"reply_in_use", domain.Reply{
			Command: "cmd_01", Account: "acc_1", Position: domain.Position{Partition: 3, Offset: 42}, Fingerprint: domain.Fingerprint{1, 15: 2}, Until: recordedEnd,
			Rejection: &domain.Error{Code: domain.InUse, Field: "domain", Message: "domain go.example has 2 links that are not deleted: delete them first"},
		}},
	}
}

// namingCommandSamples came with revision 3.
func namingCommandSamples() []sample {
	named := domain.CreateLink{
		Host: sampleHost, Destination: sampleTarget, Traits: domain.Traits{External: "crm-1", Title: "Spring"}, Upsert: true,
		Set: domain.Fields(0).With(domain.FieldExternal).With(domain.FieldTitle).With(domain.FieldPassword), SetEnd: true,
	}
	return []sample{
		{"create_link_named", sampleCommand("a174e9b18896f0176dc292f759195f11", 0, named)},
		{"update_link_revert", sampleCommand("20a34c56f375355b06d8e26e724579d9", 0, domain.UpdateLink{Link: sampleLink, Expires: new(recordedEnd), Revert: true})},
		{"batch_named", sampleCommand("e407eef071a5c06c9f8026c8ec609f3f", 0, domain.Batch{Items: []domain.CommandBody{named, domain.DeleteLink{Link: sampleLink}}})},
	}
}

// foreignCommandSamples came with revision 4.
func foreignCommandSamples() []sample {
	foreign := domain.CreateLink{Host: sampleHost, Slug: "a_B", Foreign: true, Destination: sampleTarget}
	return []sample{
		{"create_link_foreign", sampleCommand("e6dea29138e88e76444c2824e8e8242e", 0, foreign)},
		{"update_link_foreign", sampleCommand("4112b2bd3c162810b95cd8f5f0fd0cda", 0, domain.UpdateLink{Link: sampleLink, Slug: new(domain.Slug("1")), Revert: true})},
		{"batch_foreign", sampleCommand("be93ff9fb6a7cbb34a9d33db4b584074", 0, domain.Batch{Items: []domain.CommandBody{domain.DeleteLink{Link: sampleLink}, foreign}})},
	}
}

// traitEventSamples came with revision 2.
func traitEventSamples() []sample {
	event, key := sampleEvent, sampleKey
	changed := domain.LinkChanged{Key: key, From: domain.Traits{Title: "Spring"}, To: sampleTraits()}
	for _, f := range fields() {
		changed.Set = changed.Set.With(f)
	}
	told := event(sampleLink, 6, changed)
	told.Via, told.More = "dashboard", true
	return []sample{
		{"domain_verified", event(0, 2, domain.DomainVerified{})},
		{"domain_changed", event(0, 3, domain.DomainChanged{From: domain.DomainSettings{Root: "https://example.org/"}, To: sampleSettings()})},
		{"block_changed", event(0, 0, domain.BlockChanged{
			Block: domain.Block{Kind: domain.BlockAccount, Value: "acc_2"}, On: true, Reason: "spam",
		})},
		{"link_created_traits", event(sampleLink, 1, domain.LinkCreated{
			Host: "a.go.example", Slug: "Spring-26", Key: key, Destination: sampleTarget, Traits: sampleTraits(), Counter: 99,
		})},
		{"link_changed", told},
		{"link_deleted_external", event(sampleLink, 7, domain.LinkDeleted{Key: key, External: "crm-4711"})},
		{"batch_decided", event(0, 0, domain.BatchDecided{Items: sampleResults()})},
	}
}

// fields lists all there are.
func fields() (all []domain.Field) {
	for f := domain.Field(0); f.String() != ""; f++ {
		all = append(all, f)
	}
	return all
}
