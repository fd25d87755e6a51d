package domain

// Apply folds one event into the state. It trusts the log: what happened, happened.
func (s *State) Apply(e Event) {
	if e.At.After(s.Now) {
		s.Now = e.At
	}
	o := Outcome{Fingerprint: e.Fingerprint, Link: e.Link, Version: e.Version, Offset: e.CommandOffset, At: e.At}
	if b, ok := e.Body.(BatchDecided); ok {
		o.Items = b.Items
	}
	s.Outcomes[e.Command] = o
	s.number(e.Body)
	if e.Link == 0 {
		s.applyDomain(e)
		return
	}
	before, _ := s.link(e.Link)
	after := before.Apply(e)
	s.Links[e.Link] = after
	s.claims(e)
	s.externals(e)
	s.count(e, before, after)
}

// number keeps the partition's counter of links.
func (s *State) number(body EventBody) {
	switch b := body.(type) {
	case LinkCreated:
		s.Counter = max(s.Counter, b.Counter)
	case Redacted:
		s.Counter = max(s.Counter, b.Counter)
	case Unreadable:
		s.Counter = max(s.Counter, b.Counter)
	}
}

// applyDomain folds a fact that is not about a link.
func (s *State) applyDomain(e Event) {
	d, _ := s.domain(e.Domain)
	switch b := e.Body.(type) {
	case DomainRegistered:
		if d.Account != e.Account {
			d.Settings = DomainSettings{}
		}
		d.Host, d.Account, d.Cases = e.Domain, e.Account, b.Cases
		d.Verified = d.Verified || e.Account == SystemAccount
	case DomainVerified:
		d.Verified = true
	case DomainChanged:
		d.Settings = b.To
	case DomainReleased:
		d = Domain{Cases: d.Cases, Used: d.Used}
	case BlockChanged:
		s.Blocks[b.Block] = b.On
		return
	default:
		return
	}
	d.Version = e.Version
	s.Domains[e.Domain] = d
}

// claims keeps who has which slug.
func (s *State) claims(e Event) {
	held, freed := Claim{Link: e.Link, Account: e.Account}, Claim{Link: e.Link, Account: e.Account, Freed: e.At}
	switch b := e.Body.(type) {
	case LinkCreated:
		s.Claims[b.Key] = held
	case SlugChanged:
		s.Claims[b.FromKey] = freed
		s.Claims[b.ToKey] = held
	case LinkDeleted:
		s.Claims[b.Key] = freed
	case Unreadable:
		for _, d := range b.Slugs {
			s.Sealed[d] = held
		}
	case Redacted: // when it was last heard of, it may have been freed
		for _, d := range b.Slugs {
			s.Sealed[d] = freed
		}
	}
	if d, known := s.domain(e.Domain); known && !d.Used && e.MakesLink() {
		d.Used = true
		s.Domains[e.Domain] = d
	}
}

// externals keeps which link has which id of its owner's.
func (s *State) externals(e Event) {
	set := func(id string, link LinkNumber) {
		if id != "" {
			s.External[ExternalKey{e.Account, e.Domain, id}] = link
		}
	}
	switch b := e.Body.(type) {
	case LinkCreated:
		set(b.Traits.External, e.Link)
	case LinkChanged:
		if b.Set.Has(FieldExternal) {
			set(b.From.External, 0)
			set(b.To.External, e.Link)
		}
	case LinkDeleted:
		set(b.External, 0)
	}
}

// count keeps the number of an account's links on a domain, if it is known.
func (s *State) count(e Event, before, after Link) {
	key := UsageKey{e.Account, e.Domain}
	n, known := s.usage(key)
	switch {
	case !known || before.Counts() == after.Counts():
		return
	case after.Counts():
		n++
	case n > 0:
		n--
	}
	s.Usage[key] = n
}

// Apply is the link after e. What happened to a parked link after the unreadable event waits
// behind it, so nothing but redaction changes it. Of a deleted link only its circumstances are
// left: deleted means deleted.
func (l Link) Apply(e Event) Link {
	if _, gone := e.Body.(Redacted); l.Status == Parked && !gone {
		return l
	}
	if _, gone := e.Body.(Redacted); gone && l.Number == 0 {
		l.Created = e.At // the first that is heard of a link is its creation
	}
	switch b := e.Body.(type) {
	case LinkCreated:
		l = Link{
			Number: e.Link, Domain: e.Domain, Host: b.Host, Slug: b.Slug, Destination: b.Destination,
			Expires: b.Expires, Account: e.Account, Created: e.At, Traits: b.Traits,
		}
	case DestinationChanged:
		l.Destination = b.To
	case SlugChanged:
		l.Slug, l.Host = b.To, b.ToKey.Host
	case ExpiryChanged:
		l.Expires = b.To
	case LinkChanged:
		l.Traits = Patch{Set: b.Set, To: b.To}.On(l.Traits)
	case LinkDeleted, Redacted:
		l = Link{Number: e.Link, Domain: e.Domain, Account: e.Account, Status: Deleted, Created: l.Created}
	case Unreadable:
		l.Number, l.Domain, l.Account, l.Status = e.Link, e.Domain, e.Account, Parked
	case NothingChanged:
		return l
	}
	l.Version, l.Updated = e.Version, e.At
	return l
}
