package domain

import (
	"slices"
	"time"
)

func (d *decision) createLink(b CreateLink) error {
	dom, _ := d.state.domain(d.command.Domain)
	switch {
	case dom.Host == "":
		return Errorf(Validation, "domain", "%s is not a registered short domain", d.command.Domain)
	case !dom.Open(d.command.Account):
		return Errorf(Forbidden, "domain", "%s is not a verified short domain of this account", dom.Host)
	}
	if err := d.checkHost(dom, b.Host); err != nil {
		return err
	}
	if other, err := d.withExternal(b.Traits.External); err != nil {
		return err
	} else if other != 0 && b.Upsert {
		return d.updateLink(b.update(other))
	} else if other != 0 {
		return externalTaken(b.Traits.External)
	}
	if d.command.IfVersion != 0 {
		return Errorf(VersionConflict, "If-Match", "there is no link yet, so none at version %d", d.command.IfVersion)
	}
	if err := d.checkNew(b); err != nil {
		return err
	}
	slug, err := d.chooseSlug(dom, b)
	if err != nil {
		return err
	}
	counter := d.state.Counter + 1
	d.link = Link{}
	d.happen(d.chance.Numbering.Number(counter), LinkCreated{
		Host: b.Host, Slug: slug, Key: dom.Cases.Key(b.Host, slug),
		Destination: b.Destination, Expires: b.Expires, Traits: b.Traits, Counter: counter,
	})
	return nil
}

// update is what an upsert asks of a link that is there.
func (b CreateLink) update(link LinkNumber) UpdateLink {
	u := UpdateLink{Link: link, Destination: &b.Destination, Patch: Patch{Set: b.Set, To: b.Traits}}
	if b.Set == 0 {
		u.Patch.Set = 1<<fieldCount - 1
	}
	if b.Set == 0 || b.SetEnd {
		u.Expires = &b.Expires
	}
	if b.Slug != "" {
		u.Slug, u.Host = &b.Slug, &b.Host
	}
	return u
}

// checkHost keeps a link on the domain, off hosts that could be taken for the installation's, and
// off short domains that lie below it: those have another writer.
func (d *decision) checkHost(dom Domain, h Host) error {
	if !dom.Holds(h) {
		return Errorf(Validation, "domain", "%s is not part of the short domain %s", h, dom.Host)
	}
	if !dom.Lends(h) {
		return Errorf(Validation, "domain", "domain %s can hold no links: below %s they are on single names of letters, digits and hyphens that aren't reserved", h, dom.Host)
	}
	for ; h != dom.Host; h = h.above() {
		if below, _ := d.state.domain(h); below.Bounds() {
			return Errorf(Validation, "domain", "%s is a short domain of its own, or was one: links on it are made there", h)
		}
	}
	return nil
}

// withExternal is the account's link with an external id; 0: none.
func (d *decision) withExternal(id string) (LinkNumber, error) {
	if id == "" {
		return 0, nil
	}
	key := ExternalKey{d.command.Account, d.command.Domain, id}
	link, known := d.state.external(key)
	if !known {
		return 0, &Lack{Keys{External: []ExternalKey{key}}}
	}
	return link, nil
}

// checkNew refuses a link that must not be, wherever it is.
func (d *decision) checkNew(b CreateLink) error {
	if err := d.checkRoom(); err != nil {
		return err
	}
	if err := d.checkPlace("url", b.Destination); err != nil {
		return err
	}
	if err := d.checkPlaces(b.Traits); err != nil {
		return err
	}
	if err := d.checkExpiry(b.Expires); err != nil {
		return err
	}
	return checkWindow(FieldStarts.String(), b.Traits.Starts, b.Expires)
}

// checkRoom holds the plan's number of links.
func (d *decision) checkRoom() error {
	limit := d.command.Limits.Links
	if limit == 0 {
		return nil
	}
	key := UsageKey{d.command.Account, d.command.Domain}
	n, known := d.state.usage(key)
	if !known {
		return &Lack{Keys{Usage: []UsageKey{key}}}
	}
	if n >= limit {
		return Errorf(LimitReached, "", "the plan allows %d links on %s", limit, d.command.Domain)
	}
	return nil
}

// chooseSlug is the wished slug if it is free, or the first free candidate.
func (d *decision) chooseSlug(dom Domain, b CreateLink) (Slug, error) {
	if b.Slug != "" {
		if err := b.checkSlug(dom); err != nil {
			return "", err
		}
		return b.Slug, d.checkFree(dom.Cases.Key(b.Host, b.Slug), b.Slug)
	}
	for i, s := range d.chance.Slugs {
		key := dom.Cases.Key(b.Host, s)
		if _, known := d.state.claim(key); !known {
			return "", &Lack{Keys{Slugs: []SlugKey{key}}}
		}
		if d.state.Open(key, d.command.Account, d.now) {
			d.chance.Slugs = d.chance.Slugs[i+1:]
			return s, nil
		}
	}
	return "", ErrDrawAgain
}

// checkSlug holds the rule for slugs, which is another one for those that are printed already.
func (b CreateLink) checkSlug(dom Domain) error {
	if !b.Foreign {
		_, err := ParseSlug(string(b.Slug))
		return err
	}
	if _, err := ParseForeignSlug(string(b.Slug)); err != nil {
		return err
	}
	return dom.Spares(b.Slug)
}

func (d *decision) checkFree(key SlugKey, slug Slug) error {
	if _, known := d.state.claim(key); !known {
		return &Lack{Keys{Slugs: []SlugKey{key}}}
	}
	if !d.state.Open(key, d.command.Account, d.now) {
		return Errorf(SlugTaken, "slug", "The slug '%s' is already in use by another link.", slug)
	}
	return nil
}

// checkPlaces is checkPlace for all places that traits lead to.
func (d *decision) checkPlaces(t Traits) error {
	for rule, to := range t.places {
		if err := d.checkPlace(placeField(rule), to); err != nil {
			return err
		}
	}
	return nil
}

// checkPlace refuses a place that leads back to a short domain, or is blocked.
func (d *decision) checkPlace(field string, to Destination) error {
	host := to.Host()
	for _, h := range append(host.parents(), host) {
		if dom, _ := d.state.domain(h); dom.Host != "" {
			return Errorf(InvalidURL, field, "%s must not lead to a short domain of this installation: visitors would go in circles", field)
		}
	}
	if slices.ContainsFunc(host.blocks(), d.state.blocked) {
		return Errorf(InvalidURL, field, "%s leads to a site that this installation doesn't link to", field)
	}
	return nil
}

func (d *decision) checkExpiry(at time.Time) error {
	if !at.IsZero() && !at.After(d.now) {
		return Errorf(Validation, "expires_at", "expires_at must be in the future")
	}
	return nil
}

// checkWindow refuses a link that would end before it begins.
func checkWindow(field string, starts, expires time.Time) error {
	if !expires.IsZero() && !starts.Before(expires) {
		return Errorf(Validation, field, "valid_from must be before expires_at")
	}
	return nil
}

// own loads the command's link if the account may change it and nobody changed it meanwhile.
func (d *decision) own(n LinkNumber) error {
	l, known := d.state.link(n)
	switch {
	case !known:
		return &Lack{Keys{Links: []LinkNumber{n}}}
	case l.Number == 0, l.Status == Deleted, l.Account != d.command.Account, l.Domain != d.command.Domain:
		return Errorf(NotFound, "", "no link has the id %q", n)
	case l.Status == Parked:
		return Errorf(Unavailable, "", "link %s is being repaired by the operator", n)
	case d.command.IfVersion != 0 && d.command.IfVersion != l.Version:
		return Errorf(VersionConflict, "If-Match", "the link is at version %d, not %d: read it again before changing it", l.Version, d.command.IfVersion)
	}
	d.link = l
	return nil
}

func (d *decision) deleteLink(b DeleteLink) error {
	if err := d.own(b.Link); err != nil {
		return err
	}
	d.happen(b.Link, LinkDeleted{Key: d.key(), External: d.link.External})
	return nil
}

// key is the slug the link holds now.
func (d *decision) key() SlugKey { return d.cases().Key(d.link.Host, d.link.Slug) }

func (d *decision) cases() CasePolicy {
	dom, _ := d.state.domain(d.command.Domain)
	return dom.Cases
}

func externalTaken(id string) *Error {
	return Errorf(ExternalTaken, "external_id", "another link has the external id %q", id)
}
