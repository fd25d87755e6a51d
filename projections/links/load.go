package links

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

const progressSQL = `SELECT coalesce(c.next, 0), coalesce(p.counter, 0), p.now FROM (VALUES ($1::int)) AS wanted (partition)
	LEFT JOIN %[1]s.checkpoint c USING (partition) LEFT JOIN %[1]s.partition_state p USING (partition)`

// Load implements commands.ReadModel: everything that keys names, the counter and newest event
// time of the partition, and the first event offset that is not in it, of one snapshot and in
// one round trip. Keys that are not there are in the state with a zero value. Without a live
// generation the error is a [domain.Error] with code Unavailable.
func (r *Reader) Load(ctx context.Context, partition int32, keys domain.Keys) (*domain.State, int64, error) {
	var state *domain.State
	var next int64
	err := r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		state = absent(keys)
		l := loading{schema, b, state}
		l.progress(partition, &next)
		l.domains(keys.Hosts)
		l.links(keys.Links)
		l.slugs(keys.Slugs)
		l.outcomes(partition, keys.Commands)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("load state of partition %d: %w", partition, err)
	}
	return state, next, nil
}

// absent is a state in which it is known of every key that it isn't there.
func absent(keys domain.Keys) *domain.State {
	s := domain.NewState()
	for _, h := range keys.Hosts {
		s.Domains[h] = domain.Domain{}
	}
	for _, l := range keys.Links {
		s.Links[l] = domain.Link{}
	}
	for _, k := range keys.Slugs {
		s.Claims[k] = domain.Claim{}
	}
	for _, c := range keys.Commands {
		s.Outcomes[c] = domain.Outcome{}
	}
	for _, u := range keys.Usage {
		s.Usage[u] = 0
	}
	for _, x := range keys.External {
		s.External[x] = 0
	}
	for _, b := range keys.Blocks {
		s.Blocks[b] = false
	}
	return s
}

// loading queues queries whose rows go into state.
type loading struct {
	schema string
	batch  *pgx.Batch
	state  *domain.State
}

// rows queues a query and what to do with each of its rows; dest are where a row is scanned to.
func (l loading) rows(sql string, args []any, each func(), dest ...any) {
	l.batch.Queue(fmt.Sprintf(sql, l.schema), args...).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, dest, func() error { each(); return nil })
		return err
	})
}

func (l loading) progress(partition int32, next *int64) {
	var now *time.Time
	var counter int64
	l.rows(progressSQL, []any{partition}, func() {
		l.state.Counter, l.state.Now = uint64(counter), instant(now) //nolint:gosec // never negative
	}, next, &counter, &now)
}

func (l loading) domains(hosts []domain.Host) {
	if len(hosts) == 0 {
		return
	}
	var host, account string
	var cases int16
	l.rows(`SELECT host, account, cases FROM %s.domain WHERE host = ANY($1)`, []any{texts(hosts)}, func() {
		l.state.Domains[domain.Host(host)] = toDomain(host, account, cases)
	}, &host, &account, &cases)
}

func (l loading) links(numbers []domain.LinkNumber) {
	if len(numbers) == 0 {
		return
	}
	wanted := make([]int64, len(numbers))
	for i, n := range numbers {
		wanted[i] = signed(n)
	}
	l.batch.Queue(fmt.Sprintf(linksByNumberSQL, l.schema), wanted).Query(func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, scanLink)
		for _, link := range found {
			l.state.Links[link.Number] = link
		}
		return err
	})
}

func (l loading) slugs(keys []domain.SlugKey) {
	if len(keys) == 0 {
		return
	}
	hosts, words, digests := make([]string, len(keys)), make([]string, len(keys)), make([][]byte, len(keys))
	for i, k := range keys {
		digest := k.Digest()
		hosts[i], words[i], digests[i] = clean(k.Host), clean(k.Text), digest[:]
	}
	var host, key, account string
	var link int64
	var freed *time.Time
	l.rows(`SELECT host, key, link, account, freed FROM unnest($1::text[], $2::text[]) AS wanted (host, key) JOIN %s.claim USING (host, key)`,
		[]any{hosts, words}, func() {
			l.state.Claims[domain.SlugKey{Host: domain.Host(host), Text: key}] = domain.Claim{
				Link: number(link), Account: domain.AccountID(account), Freed: instant(freed),
			}
		}, &host, &key, &link, &account, &freed)
	var digest []byte
	l.rows(`SELECT digest, link FROM %s.parked_slug WHERE digest = ANY($1)`, []any{digests}, func() {
		l.state.Parked[domain.SlugDigest(digest)] = number(link)
	}, &digest, &link)
}

// outcomesSQL doesn't ask for a partition: planned while the table was young, it would go through
// all outcomes of that partition by their age, for milliseconds when there are 8,000 of them.
const outcomesSQL = `SELECT partition, id, fingerprint, link, version, command, at FROM %s.outcome WHERE id = ANY($1)`

func (l loading) outcomes(partition int32, ids []domain.CommandID) {
	if len(ids) == 0 {
		return
	}
	var id string
	var fingerprint []byte
	var of int32
	var link, version int64
	var o domain.Outcome
	l.rows(outcomesSQL, []any{texts(ids)}, func() {
		if of != partition {
			return
		}
		copy(o.Fingerprint[:], fingerprint)
		o.Link, o.Version, o.At = number(link), uint64(version), o.At.UTC() //nolint:gosec // see signed
		l.state.Outcomes[domain.CommandID(id)] = o
	}, &of, &id, &fingerprint, &link, &version, &o.Offset, &o.At)
}

func texts[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = clean(s)
	}
	return out
}
