package domain

func (d *decision) updateLink(b UpdateLink) error {
	if err := d.own(b.Link); err != nil {
		return err
	}
	first, before := len(d.events), d.link
	for _, change := range []func(UpdateLink) error{d.changeDestination, d.changeSlug, d.changeExpiry, d.changeTraits} {
		if err := change(b); err != nil {
			return err
		}
	}
	if len(d.events) == first {
		d.happen(b.Link, NothingChanged{})
	}
	switch after := d.link; {
	case !after.Starts.Equal(before.Starts):
		return checkWindow(FieldStarts.String(), after.Starts, after.Expires)
	case !after.Expires.Equal(before.Expires):
		return checkWindow("expires_at", after.Starts, after.Expires)
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
	if err := d.checkPlace("url", *b.Destination); err != nil {
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
	if slug != d.link.Slug && !b.Revert { // a foreign slug may stay, and come back
		if _, err := ParseSlug(string(slug)); err != nil {
			return err
		}
	}
	if host != d.link.Host {
		dom, _ := d.state.domain(d.command.Domain)
		if err := d.checkHost(dom, host); err != nil {
			return err
		}
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
	if !b.Revert {
		if err := d.checkExpiry(*b.Expires); err != nil {
			return err
		}
	}
	d.happen(b.Link, ExpiryChanged{Key: d.key(), From: d.link.Expires, To: *b.Expires})
	return nil
}

func (d *decision) changeTraits(b UpdateLink) error {
	p := b.Patch.Changes(d.link.Traits)
	if p.Set == 0 {
		return nil
	}
	if err := d.checkPlaces(p.To); err != nil {
		return err
	}
	if other, err := d.withExternal(p.To.External); err != nil {
		return err
	} else if other != 0 {
		return externalTaken(p.To.External)
	}
	from := Patch{Set: p.Set, To: d.link.Traits}.Changes(p.To)
	d.happen(b.Link, LinkChanged{Key: d.key(), Set: p.Set, From: from.To, To: p.To})
	return nil
}
