package domain

// registerDomain gives a host to the first that asks. Until they have shown that they control it,
// whoever else asks gets it instead: nobody can keep a domain from its owner by being faster.
func (d *decision) registerDomain(b RegisterDomain) error {
	known, _ := d.state.domain(d.command.Domain)
	switch {
	case known.Host == "" && known.Used && known.Cases != b.Cases:
		return Errorf(Validation, "case", "domain %s had links, so its case policy %q is fixed", d.command.Domain, known.Cases)
	case known.Host == "":
		if err := d.checkNesting(); err != nil {
			return err
		}
		d.happenToDomain(known, DomainRegistered(b))
	case known.Account != d.command.Account && (known.Open(known.Account) || known.Used):
		return Errorf(Forbidden, "domain", "domain %s belongs to another account", d.command.Domain)
	case known.Account == d.command.Account && known.Cases == b.Cases:
		d.nothingHappens(known)
	case known.Used:
		return Errorf(Validation, "case", "domain %s has links, so its case policy %q is fixed", known.Host, known.Cases)
	default:
		d.happenToDomain(known, DomainRegistered(b))
	}
	return nil
}

// checkNesting keeps a short domain out of another one: a slug's host must tell which writer it
// belongs to.
func (d *decision) checkNesting() error {
	for _, h := range d.command.Domain.parents() {
		parent, _ := d.state.domain(h)
		switch {
		case parent.Host != "":
			return Errorf(Validation, "domain", "%s is part of the short domain %s: make links on it there", d.command.Domain, h)
		case parent.Bounds():
			return Errorf(Validation, "domain", "%s is part of %s, which was a short domain: register that", d.command.Domain, h)
		}
	}
	return nil
}

func (d *decision) nothingHappens(known Domain) {
	d.happen(0, NothingChanged{})
	d.events[len(d.events)-1].Version = known.Version
}

// happenToDomain records a fact about the command's domain.
func (d *decision) happenToDomain(before Domain, body EventBody) {
	d.happen(0, body)
	d.events[len(d.events)-1].Version = before.Version + 1
}

// ownDomain is the command's domain if the account may change it and nobody changed it meanwhile.
func (d *decision) ownDomain() (Domain, error) {
	known, _ := d.state.domain(d.command.Domain)
	switch {
	case known.Host == "", known.Account != d.command.Account:
		return known, Errorf(NotFound, "", "the account has no domain %s", d.command.Domain)
	case d.command.IfVersion != 0 && d.command.IfVersion != known.Version:
		return known, Errorf(VersionConflict, "If-Match", "the domain is at version %d, not %d: read it again before changing it", known.Version, d.command.IfVersion)
	}
	return known, nil
}

func (d *decision) verifyDomain() error {
	known, err := d.ownDomain()
	switch {
	case err != nil:
		return err
	case known.Verified:
		d.nothingHappens(known)
	default:
		d.happenToDomain(known, DomainVerified{})
	}
	return nil
}

func (d *decision) changeDomain(b ChangeDomain) error {
	known, err := d.ownDomain()
	if err != nil {
		return err
	}
	if known.Settings == b.To {
		d.nothingHappens(known)
		return nil
	}
	before := known.Settings.places()
	for i, p := range b.To.places() {
		if *p.at == "" || *p.at == *before[i].at {
			continue
		}
		if err := d.checkPlace(p.field, *p.at); err != nil {
			return err
		}
	}
	d.happenToDomain(known, DomainChanged{From: known.Settings, To: b.To})
	return nil
}

// releaseDomain counts the owner's links: nobody else can make any on a domain of their own.
func (d *decision) releaseDomain() error {
	known, err := d.ownDomain()
	if err != nil {
		return err
	}
	if known.Account == SystemAccount {
		return Errorf(Forbidden, "domain", "%s is the installation's own domain", known.Host)
	}
	key := UsageKey{known.Account, known.Host}
	switch links, counted := d.state.usage(key); {
	case !counted:
		return &Lack{Keys{Usage: []UsageKey{key}}}
	case links > 0:
		return Errorf(InUse, "domain", "domain %s holds links that are not deleted (%d): delete them first", known.Host, links)
	}
	d.happenToDomain(known, DomainReleased{})
	return nil
}

func (d *decision) setBlock(b SetBlock) error {
	if d.command.Account != SystemAccount {
		return Errorf(Forbidden, "", "only the operator may change the blocklist")
	}
	if err := b.Block.check(); err != nil {
		return err
	}
	if d.state.blocked(b.Block) == b.On {
		d.happen(0, NothingChanged{})
		return nil
	}
	d.happen(0, BlockChanged(b))
	return nil
}
