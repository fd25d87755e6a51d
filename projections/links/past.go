package links

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// Change is what happened to a link at one version.
type Change struct {
	Version uint64
	At      time.Time
	By      domain.KeyID
	Via     string // through what; empty: the native API
	Event   string // created, destination, slug, expiry, changed, unreadable or deleted
	Changes map[string]FromTo
}

// FromTo is how a field changed: the value of a trait in its type, the destination and the slug
// with its host as texts, the end as a time. nil is none. Of a password it only says true: that
// there is one.
type FromTo struct{ From, To any }

// record is a row of history.
type record struct {
	Version int64
	At      time.Time
	By      string
	Via     string
	Event   string
	Changes string
}

// History is what happened to a link before a version (0: up to now), newest first. Of a deleted
// link only that is told. A link that doesn't exist has a domain.NotFound error.
func (r *Reader) History(ctx context.Context, n domain.LinkNumber, before uint64, limit int) (changes []Change, err error) {
	err = r.past(ctx, n, func(now domain.Link, made Change, records []record) error {
		changes = nil
		for _, rec := range records {
			if before != 0 && rec.Version >= signed(before) {
				continue
			}
			if len(changes) == limit {
				return nil
			}
			c, err := rec.change()
			if err != nil {
				return err
			}
			changes = append(changes, c)
		}
		if len(changes) < limit && (before == 0 || before > 1) && began(now) {
			first, err := back(now, made, records, 1)
			if err != nil {
				return err
			}
			made.Changes = beginning(&first)
			changes = append(changes, made)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read history of link %s: %w", n, err)
	}
	return changes, nil
}

// AtVersion is a link as it was at a version, with all that it needs to be made so again. A version
// that it didn't have, or not any more since it is deleted, is a domain.NotFound error.
func (r *Reader) AtVersion(ctx context.Context, n domain.LinkNumber, version uint64) (l domain.Link, err error) {
	err = r.past(ctx, n, func(now domain.Link, made Change, records []record) (err error) {
		if version == 0 || version > now.Version || version < now.Version && !began(now) {
			return domain.Errorf(domain.NotFound, "", "link %s has no version %d", n, version)
		}
		l, err = back(now, made, records, version)
		return err
	})
	if err != nil {
		return domain.Link{}, fmt.Errorf("read link %s of the past: %w", n, err)
	}
	return l, nil
}

// AsOf is a link as it was at a time. Before its creation, and while a link that is deleted now
// still existed, there is a domain.NotFound error.
func (r *Reader) AsOf(ctx context.Context, n domain.LinkNumber, at time.Time) (l domain.Link, err error) {
	err = r.past(ctx, n, func(now domain.Link, made Change, records []record) (err error) {
		version := now.Version
		for _, rec := range records {
			if !at.Before(rec.At) {
				break
			}
			version = uint64(rec.Version) - 1 //nolint:gosec // see signed
		}
		if version == 0 || at.Before(made.At) || version < now.Version && !began(now) {
			return domain.Errorf(domain.NotFound, "", "there was no link %s at %s", n, at.UTC().Format(time.RFC3339))
		}
		l, err = back(now, made, records, version)
		return err
	})
	if err != nil {
		return domain.Link{}, fmt.Errorf("read link %s of the past: %w", n, err)
	}
	return l, nil
}

// began reports whether the row of a link tells how it began.
func began(now domain.Link) bool { return now.Status != domain.Deleted && now.Host != "" }

// past reads a link, how it was made, and what was recorded of it, newest first.
func (r *Reader) past(ctx context.Context, n domain.LinkNumber, f func(now domain.Link, made Change, records []record) error) error {
	var now domain.Link
	var made Change
	var records []record
	err := r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		now, made = domain.Link{}, Change{Version: 1, Event: eventCreated}
		b.Queue(fmt.Sprintf(`SELECT l.maker, l.via, `+linkColumns+` FROM %s.link l WHERE number = $1`, schema), signed(n)).Query(func(rows pgx.Rows) error {
			var row linkRow
			_, err := pgx.ForEachRow(rows, append([]any{&made.By, &made.Via}, row.dest()...), func() (err error) {
				now, err = row.link()
				return err
			})
			made.At = now.Created
			return err
		})
		b.Queue(fmt.Sprintf(`SELECT version, at, by, via, event, changes FROM %s.history WHERE link = $1 ORDER BY version DESC`, schema), signed(n)).
			Query(func(rows pgx.Rows) (err error) {
				records, err = pgx.CollectRows(rows, pgx.RowToStructByPos[record])
				return err
			})
	})
	if err != nil {
		return err
	}
	if now.Number == 0 {
		return domain.Errorf(domain.NotFound, "", "no link has the id %q", n)
	}
	return f(now, made, records)
}

// back is a link at an older version: what was recorded since is taken back.
func back(l domain.Link, made Change, records []record, version uint64) (domain.Link, error) {
	if version >= l.Version {
		return l, nil
	}
	l.Status, l.Version, l.Updated = domain.Active, version, made.At
	for _, rec := range records {
		if rec.Version <= signed(version) {
			l.Updated = rec.At.UTC()
			break
		}
		changes, err := rec.decode()
		if err != nil {
			return domain.Link{}, err
		}
		if err := takeBack(&l, changes); err != nil {
			return domain.Link{}, err
		}
	}
	return l, nil
}

func takeBack(l *domain.Link, changes map[string]fromTo) error {
	traits := make(map[string]json.RawMessage, len(changes))
	for name, c := range changes {
		var was string
		switch name {
		case fieldDestination, fieldSlug, fieldExpires:
			if len(c.From) > 0 {
				if err := json.Unmarshal(c.From, &was); err != nil {
					return err
				}
			}
		default:
			traits[name] = c.From
		}
		switch name {
		case fieldDestination:
			l.Destination = domain.Destination(was)
		case fieldSlug:
			host, slug, _ := strings.Cut(was, "/")
			l.Host, l.Slug = domain.Host(host), domain.Slug(slug)
		case fieldExpires:
			l.Expires = instantOf(was)
		}
	}
	p, err := unpack(traits)
	l.Traits = p.On(l.Traits)
	return err
}

func instantOf(text string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, text) // none is the zero time, and so is what nobody wrote
	return t
}

func (r record) decode() (changes map[string]fromTo, err error) {
	if err = json.Unmarshal([]byte(r.Changes), &changes); err != nil {
		return nil, errors.New("a recorded change can't be read")
	}
	return changes, nil
}

// change is a row of history as others see it.
func (r record) change() (Change, error) {
	c := Change{Version: uint64(r.Version), At: r.At.UTC(), By: domain.KeyID(r.By), Via: r.Via, Event: r.Event} //nolint:gosec // see signed
	changes, err := r.decode()
	if err != nil {
		return Change{}, err
	}
	c.Changes = make(map[string]FromTo, len(changes))
	for name, raw := range changes {
		from, err := valueOf(name, raw.From)
		if err != nil {
			return Change{}, err
		}
		to, err := valueOf(name, raw.To)
		if err != nil {
			return Change{}, err
		}
		c.Changes[name] = FromTo{from, to}
	}
	return c, nil
}
