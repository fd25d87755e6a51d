package links

import (
	"encoding/json"
	"time"

	"github.com/linklog/linklog/domain"
)

func (c *change) queueDomains(s statements) {
	var used []string
	for h := range c.used {
		used = append(used, clean(h))
	}
	s.add(len(used), `UPDATE %[1]s.domain SET used = true WHERE host = ANY($1) AND NOT used`, used)

	var host, account, settings []string
	var cases []int16
	var verified, inUse []bool
	var version []int64
	for h, d := range c.state.Domains {
		text, err := json.Marshal(d.Settings)     //nolint:musttag // rows are read by what writes them, or rebuilt
		if d == (domain.Domain{}) || err != nil { // texts and numbers always have an encoding
			continue
		}
		host, account, cases = append(host, clean(h)), append(account, clean(d.Account)), append(cases, int16(d.Cases))
		verified, inUse = append(verified, d.Verified), append(inUse, d.Used)
		version, settings = append(version, signed(d.Version)), append(settings, string(text))
	}
	s.add(len(host), `INSERT INTO %[1]s.domain (host, account, cases, verified, used, version, settings, partition)
		SELECT *, $8::int FROM unnest($1::text[], $2::text[], $3::smallint[], $4::boolean[], $5::boolean[], $6::bigint[], $7::text[])
		ON CONFLICT (host) DO UPDATE SET account = excluded.account, cases = excluded.cases, verified = excluded.verified,
			used = excluded.used, version = excluded.version, settings = excluded.settings`,
		host, account, cases, verified, inUse, version, settings, c.partition)
}

// Blocked is something that the operator has put out of use.
type Blocked struct {
	domain.Block

	Reason string
	At     time.Time
	By     domain.KeyID
}

func (c *change) queueBlocks(s statements) {
	var kind, lifted []int16
	var value, reason, by, open []string
	var at []time.Time
	for k, on := range c.state.Blocks {
		if !on {
			lifted, open = append(lifted, int16(k.Kind)), append(open, short(clean(k.Value)))
			continue
		}
		b := c.blocks[k]
		kind, value, reason = append(kind, int16(k.Kind)), append(value, short(clean(k.Value))), append(reason, clean(b.Reason))
		at, by = append(at, b.At), append(by, clean(b.By))
	}
	s.add(len(lifted), `DELETE FROM %[1]s.block b USING unnest($1::smallint[], $2::text[]) AS lifted (kind, value)
		WHERE b.kind = lifted.kind AND b.value = lifted.value`, lifted, open)
	s.add(len(kind), `INSERT INTO %[1]s.block (kind, value, reason, at, by)
		SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
		ON CONFLICT (kind, value) DO UPDATE SET reason = excluded.reason, at = excluded.at, by = excluded.by`, kind, value, reason, at, by)
}
