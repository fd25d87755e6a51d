package domain

// route decides for a link that has traits. Order: may the visitor in, which rule answers, what
// goes along.
func (t *Target) route(v *Visit) (to Destination, rule string, verdict Verdict) {
	x := t.Traits
	switch {
	case v.At.Before(x.Starts):
		return "", "", Early
	case t.ended(v), x.ClickLimit > 0 && v.Clicks != nil && v.Clicks() >= x.ClickLimit:
		if x.ExpiredURL == "" {
			return "", "", Gone
		}
		return x.ExpiredURL, "", Redirect
	case x.Password != "":
		verdict = Locked
	}
	to, rule = t.choose(v)
	return x.along(to, v), rule, verdict
}

// choose is the destination of the first rule that applies, or the link's own.
func (t *Target) choose(v *Visit) (to Destination, rule string) {
	m := moment{Visit: v, zones: t.zones}
	share, taken := v.share(), uint64(0)
	for i := range t.Traits.Rules {
		r := &t.Traits.Rules[i]
		from := taken
		taken += uint64(r.Percent)
		if r.Percent > 0 && (share < from || share >= taken) {
			continue
		}
		if r.holds(&m) {
			return r.To, r.ID
		}
	}
	return t.Destination, ""
}

// share is where the visitor lies among a hundred: the same all day. Visitors of whom nothing is
// known would all lie at the same place; they are spread by the moment of their visit instead, so
// that the shares stay fair although nobody keeps their variant.
func (v *Visit) share() uint64 {
	x := v.Visitor
	if x == 0 {
		x = uint64(v.At.UnixNano())
	}
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9 // the end of SplitMix64: every bit depends on every bit
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return (x ^ x>>31) % 100
}
