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
	share := share(v.Visitor)
	var taken uint8
	for i := range t.Traits.Rules {
		r := &t.Traits.Rules[i]
		from := taken
		taken += r.Percent
		if r.Percent > 0 && (share < from || share >= taken) {
			continue
		}
		if r.holds(v) {
			return r.To, r.ID
		}
	}
	return t.Destination, ""
}

// share is where a visitor lies among a hundred.
func share(visitor uint64) uint8 {
	visitor ^= visitor >> 31
	visitor *= 0x9e3779b97f4a7c15       // spreads hashes whose low bits are used elsewhere
	return uint8((visitor >> 32) % 100) //nolint:gosec // below 100
}
