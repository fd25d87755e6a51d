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
		l.usage(keys.Usage)
		l.externals(keys.External)
		l.blocks(keys.Blocks)
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
	l.batch.Queue(fmt.Sprintf(domainsByHostSQL, l.schema), texts(hosts)).Query(func(rows pgx.Rows) error { return putDomains(rows, l.state) })
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
	l.rows(`SELECT digest, link, account, freed FROM %s.sealed_slug WHERE digest = ANY($1)`, []any{digests}, func() {
		l.state.Sealed[domain.SlugDigest(digest)] = domain.Claim{Link: number(link), Account: domain.AccountID(account), Freed: instant(freed)}
	}, &digest, &link, &account, &freed)
}

// outcomesSQL doesn't ask for a partition: planned while the table was young, it would go through
// all outcomes of that partition by their age, for milliseconds when there are 8,000 of them.
const outcomesSQL = `SELECT partition, id, fingerprint, link, version, command, at, items FROM %s.outcome WHERE id = ANY($1)`

func (l loading) outcomes(partition int32, ids []domain.CommandID) {
	if len(ids) == 0 {
		return
	}
	l.batch.Queue(fmt.Sprintf(outcomesSQL, l.schema), texts(ids)).Query(func(rows pgx.Rows) error {
		var id string
		var fingerprint []byte
		var of int32
		var link, version int64
		var at time.Time
		var command int64
		var items *string
		_, err := pgx.ForEachRow(rows, []any{&of, &id, &fingerprint, &link, &version, &command, &at, &items}, func() (err error) {
			if of != partition {
				return nil
			}
			o := domain.Outcome{Link: number(link), Version: uint64(version), Offset: command, At: at.UTC()} //nolint:gosec // see signed
			copy(o.Fingerprint[:], fingerprint)
			o.Items, err = itemsOf(items)
			l.state.Outcomes[domain.CommandID(id)] = o
			return err
		})
		return err
	})
}

func (l loading) usage(keys []domain.UsageKey) {
	if len(keys) == 0 {
		return
	}
	accounts, hosts := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		accounts[i], hosts[i] = clean(k.Account), clean(k.Domain)
	}
	var k domain.UsageKey
	var links int64
	l.rows(`SELECT account, domain, links FROM unnest($1::text[], $2::text[]) AS wanted (account, domain) JOIN %s.usage USING (account, domain)`,
		[]any{accounts, hosts}, func() { l.state.Usage[k] = uint64(links) }, &k.Account, &k.Domain, &links) //nolint:gosec // never negative
}

func (l loading) externals(keys []domain.ExternalKey) {
	if len(keys) == 0 {
		return
	}
	accounts, ids, hosts := make([]string, len(keys)), make([]string, len(keys)), make([]string, len(keys))
	asked := make(map[domain.ExternalKey]domain.ExternalKey, len(keys)) // by what the row says
	for i, k := range keys {
		accounts[i], ids[i], hosts[i] = clean(k.Account), short(clean(k.ID)), clean(k.Domain)
		asked[domain.ExternalKey{Account: k.Account, Domain: k.Domain, ID: ids[i]}] = k
	}
	var k domain.ExternalKey
	var link int64
	l.rows(`SELECT account, id, domain, link FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (account, id, domain)
		JOIN %s.external USING (account, id, domain)`,
		[]any{accounts, ids, hosts}, func() { l.state.External[asked[k]] = number(link) }, &k.Account, &k.ID, &k.Domain, &link)
}

func (l loading) blocks(keys []domain.Block) {
	if len(keys) == 0 {
		return
	}
	kinds, values := make([]int16, len(keys)), make([]string, len(keys))
	asked := make(map[domain.Block]domain.Block, len(keys)) // by what the row says
	for i, k := range keys {
		kinds[i], values[i] = int16(k.Kind), short(clean(k.Value))
		asked[domain.Block{Kind: k.Kind, Value: values[i]}] = k
	}
	var k domain.Block
	l.rows(`SELECT kind, value FROM unnest($1::smallint[], $2::text[]) AS wanted (kind, value) JOIN %s.block USING (kind, value)`,
		[]any{kinds, values}, func() { l.state.Blocks[asked[k]] = true }, &k.Kind, &k.Value)
}

func texts[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = clean(s)
	}
	return out
}
