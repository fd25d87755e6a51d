package domain

func (d *decision) updateLink(b UpdateLink) error {
	if err := d.own(b.Link); err != nil {
		return err
	}
	first := len(d.events)
	for _, change := range []func(UpdateLink) error{d.changeDestination, d.changeSlug, d.changeExpiry, d.changeTraits} {
		if err := change(b); err != nil {
			return err
		}
	}
	if len(d.events) == first {
		d.happen(b.Link, NothingChanged{})
	}
	return nil
}

func (d *decision) changeDestination(b UpdateLink) error {
	if b.Destination == nil || *b.Destination == d.link.Destination {
		return nil
	}
	if d.command.Limits.FixedURLs {
		return Errorf(PlanForbids, "url", "the plan doesn't allow editing destinations")
	}
	if err := d.checkDestination(*b.Destination); err != nil {
		return err
	}
	d.happen(b.Link, DestinationChanged{Key: d.key(), From: d.link.Destination, To: *b.Destination})
	return nil
}

// changeSlug moves the link to another slug, or another host of its domain.
func (d *decision) changeSlug(b UpdateLink) error {
	slug, host := d.link.Slug, d.link.Host
	if b.Slug != nil {
		slug = *b.Slug
	}
	if b.Host != nil {
		host = *b.Host
	}
	if slug == d.link.Slug && host == d.link.Host {
		return nil
	}
	if dom, _ := d.state.domain(d.command.Domain); !dom.Holds(host) {
		return Errorf(Validation, "domain", "%s is not part of the short domain %s, where the link has to stay", host, dom.Host)
	}
	from, to := d.key(), d.cases().Key(host, slug)
	if from != to { // another spelling of its own slug is always free
		if err := d.checkFree(to, slug); err != nil {
			return err
		}
	}
	d.happen(b.Link, SlugChanged{From: d.link.Slug, To: slug, FromKey: from, ToKey: to})
	return nil
}

func (d *decision) changeExpiry(b UpdateLink) error {
	if b.Expires == nil || b.Expires.Equal(d.link.Expires) {
		return nil
	}
	if err := d.checkExpiry(*b.Expires); err != nil {
		return err
	}
	d.happen(b.Link, ExpiryChanged{Key: d.key(), From: d.link.Expires, To: *b.Expires})
	return nil
}

func (d *decision) changeTraits(b UpdateLink) error {
	p := b.Patch.Changes(d.link.Traits)
	if p.Set == 0 {
		return nil
	}
	if err := d.checkPlaces("", p.To); err != nil {
		return err
	}
	if id := p.To.External; id != "" {
		key := ExternalKey{d.command.Account, d.command.Domain, id}
		switch other, known := d.state.external(key); {
		case !known:
			return &Lack{Keys{External: []ExternalKey{key}}}
		case other != 0:
			return externalTaken(id)
		}
	}
	from := Patch{Set: p.Set, To: d.link.Traits}.Changes(p.To)
	d.happen(b.Link, LinkChanged{Key: d.key(), Set: p.Set, From: from.To, To: p.To})
	return nil
}
