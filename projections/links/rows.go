package links

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// queue writes the change, one statement per table that it concerns.
func (c *change) queue(schema string, writes *pgx.Batch) {
	s := statements{schema, writes}
	c.queueDomains(s)
	c.queueBlocks(s)
	c.queueLinks(s)
	c.queueMarks(s)
	c.queueExternals(s)
	c.queueClaims(s)
	c.queueOutcomes(s)
	c.queueHistory(s)
	c.queueParked(s)
	c.queueSealed(s)
	c.queueErased(s)
	c.queueUsage(s)
	c.queuePartition(s)
}

// statements adds statements about one schema to a batch.
type statements struct {
	schema string
	batch  *pgx.Batch
}

// add queues a statement in which %[1]s is the schema, unless it is about no rows.
func (s statements) add(rows int, sql string, args ...any) {
	if rows > 0 {
		s.batch.Queue(fmt.Sprintf(sql, s.schema), args...)
	}
}

func (c *change) queueClaims(s statements) {
	n := len(c.state.Claims)
	host, key, account := make([]string, 0, n), make([]string, 0, n), make([]string, 0, n)
	link, freed := make([]int64, 0, n), make([]*time.Time, 0, n)
	for k, claim := range c.state.Claims {
		host, key, account = append(host, clean(k.Host)), append(key, clean(k.Text)), append(account, clean(claim.Account))
		link, freed = append(link, signed(claim.Link)), append(freed, moment(claim.Freed))
	}
	s.add(n, `INSERT INTO %[1]s.claim (host, key, link, account, freed, partition)
		SELECT *, $6::int FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[])
		ON CONFLICT (host, key) DO UPDATE SET link = excluded.link, account = excluded.account, freed = excluded.freed`,
		host, key, link, account, freed, c.partition)
	s.add(1, `DELETE FROM %[1]s.claim WHERE partition = $1 AND freed <= $2`, c.partition, c.state.Now.Add(-domain.Quarantine))
}

func (c *change) queueOutcomes(s statements) {
	n := len(c.state.Outcomes)
	id, account, fingerprint := make([]string, 0, n), make([]string, 0, n), make([][]byte, 0, n)
	link, version, command, at := make([]int64, 0, n), make([]int64, 0, n), make([]int64, 0, n), make([]time.Time, 0, n)
	items := make([]*string, 0, n)
	for k, o := range c.state.Outcomes {
		items = append(items, itemsText(o.Items))
		id, account, fingerprint = append(id, clean(k)), append(account, clean(c.accounts[k])), append(fingerprint, o.Fingerprint[:])
		link, version, command, at = append(link, signed(o.Link)), append(version, signed(o.Version)), append(command, o.Offset), append(at, o.At)
	}
	s.add(n, `INSERT INTO %[1]s.outcome (id, account, fingerprint, link, version, command, at, items, partition)
		SELECT *, $9::int FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::text[])
		ON CONFLICT (id, partition) DO UPDATE SET account = excluded.account, fingerprint = excluded.fingerprint,
			link = excluded.link, version = excluded.version, command = excluded.command, at = excluded.at, items = excluded.items`,
		id, account, fingerprint, link, version, command, at, items, c.partition)
	s.add(1, `DELETE FROM %[1]s.outcome WHERE partition = $1 AND at <= $2`, c.partition, c.state.Now.Add(-domain.Memory))
}

func (c *change) queueHistory(s statements) {
	var link, version []int64
	for l, v := range c.ended {
		link, version = append(link, signed(l)), append(version, signed(v))
	}
	s.add(len(link), `DELETE FROM %[1]s.history h USING unnest($1::bigint[], $2::bigint[]) AS ended (link, version)
		WHERE h.link = ended.link AND h.version <= ended.version`, link, version)

	link, version = nil, nil
	var at []time.Time
	var by, via, event, changes []string
	for _, rows := range c.history {
		for _, e := range rows {
			link, version, at = append(link, signed(e.link)), append(version, signed(e.version)), append(at, e.at)
			by, via, event, changes = append(by, clean(e.by)), append(via, clean(e.via)), append(event, e.event), append(changes, clean(e.changes))
		}
	}
	s.add(len(link), `INSERT INTO %[1]s.history (link, version, at, by, via, event, changes)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[])
		ON CONFLICT (link, version) DO NOTHING`, link, version, at, by, via, event, changes)
}

func (c *change) queueParked(s statements) {
	var offset, link []int64
	var reason []string
	for _, p := range c.parked {
		offset, link, reason = append(offset, p.offset), append(link, signed(p.link)), append(reason, clean(p.reason))
	}
	s.add(len(offset), `INSERT INTO %[1]s.parked (event_offset, link, reason, partition)
		SELECT *, $4::int FROM unnest($1::bigint[], $2::bigint[], $3::text[])`, offset, link, reason, c.partition)

}

// queueSealed keeps the slugs of which only the digest can be read: as claims are kept.
func (c *change) queueSealed(s statements) {
	var digest [][]byte
	var link []int64
	var account []string
	var freed []*time.Time
	for d, claim := range c.state.Sealed {
		digest, link = append(digest, d[:]), append(link, signed(claim.Link))
		account, freed = append(account, clean(claim.Account)), append(freed, moment(claim.Freed))
	}
	s.add(len(digest), `INSERT INTO %[1]s.sealed_slug (digest, link, account, freed, partition)
		SELECT *, $5::int FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::timestamptz[])
		ON CONFLICT (digest) DO UPDATE SET link = excluded.link, account = excluded.account, freed = excluded.freed`,
		digest, link, account, freed, c.partition)
	s.add(1, `DELETE FROM %[1]s.sealed_slug WHERE partition = $1 AND freed <= $2`, c.partition, c.state.Now.Add(-domain.Quarantine))
}

// queueErased leaves only digests of the slugs that accounts had which end, as a rebuild will find
// them. It looks at what was freed by then, not at what the batch brought later.
func (c *change) queueErased(s statements) {
	var account []string
	var at []time.Time
	for a, t := range c.erased {
		account, at = append(account, clean(a)), append(at, t)
	}
	s.add(len(account), `WITH gone AS (DELETE FROM %[1]s.claim c USING unnest($1::text[], $2::timestamptz[]) AS erased (account, at)
			WHERE c.partition = $3 AND c.account = erased.account AND c.freed <= erased.at RETURNING c.*)
		INSERT INTO %[1]s.sealed_slug (digest, link, account, freed, partition)
		SELECT substring(sha256(convert_to(host || '/' || key, 'UTF8')) FOR 16), link, account, freed, partition FROM gone
		ON CONFLICT (digest) DO UPDATE SET link = excluded.link, account = excluded.account, freed = excluded.freed`, account, at, c.partition)
}

func (c *change) queueUsage(s statements) {
	var account, on []string
	var links, archived []int64
	for k, n := range c.usage {
		account, on, links, archived = append(account, clean(k.Account)), append(on, clean(k.Domain)), append(links, n.links), append(archived, n.archived)
	}
	s.add(len(account), `INSERT INTO %[1]s.usage AS u (account, domain, links, archived)
		SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
		ON CONFLICT (account, domain) DO UPDATE SET links = u.links + excluded.links, archived = u.archived + excluded.archived`,
		account, on, links, archived)
}

func (c *change) queuePartition(s statements) {
	s.add(1, `INSERT INTO %[1]s.partition_state AS p (partition, counter, now) VALUES ($1, $2, $3)
		ON CONFLICT (partition) DO UPDATE SET counter = greatest(p.counter, excluded.counter), now = greatest(p.now, excluded.now)`,
		c.partition, signed(c.state.Counter), moment(c.state.Now))
}

// clean is s as Postgres can hold it.
func clean[S ~string | ~[]byte](s S) string {
	t := string(s)
	if strings.IndexByte(t, 0) < 0 && utf8.ValidString(t) {
		return t
	}
	return strings.ReplaceAll(strings.ToValidUTF8(t, ""), "\x00", "")
}

// longest is the most bytes of a text that an index takes. What a customer may choose is mostly far
// below it; but a text that is not must not stop its partition.
const longest = 512

// short is a text that an index takes: itself, or if it is too long, what stands for it.
func short[S ~string](s S) string {
	if len(s) <= longest {
		return string(s)
	}
	sum := sha256.Sum256([]byte(s))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// signed is a number as Postgres holds it. Link numbers and counters are far below its limit;
// a version beyond it would only come from a forged event and is no worse for being negative.
func signed[N ~uint64](n N) int64 { return int64(n) } //nolint:gosec // see above

// moment is a time, or null for none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
