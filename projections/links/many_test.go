package links_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// many fills the tables as n creations would, with links of ann: on two hosts, one in a thousand of
// them on rare.sho.rt; one in five tagged often, one in ten thousand tagged rare, archived and
// expired; one in a hundred with a title. The same again, but fewer, are bob's.
func (b *bundle) many(n int) {
	b.Helper()
	b.started(0)
	b.apply(0, 0, registered("sho.rt"))
	for account, n := range map[domain.AccountID]int{"ann": n, "bob": n / 10} {
		first := map[domain.AccountID]int{"ann": 0, "bob": 10_000_000_000}[account]
		_, err := b.pool.Exec(b.Context(), fmt.Sprintf(`INSERT INTO %s.link (number, domain, host, slug, destination, expires, status, account, version,
				created, updated, maker, via, traits, title, archived, disabled, marks)
			SELECT $1 + hashint4(i)::bigint + 3000000000, 'sho.rt', CASE WHEN i %% 1000 = 7 THEN 'rare.sho.rt' WHEN i %% 3 = 0 THEN 'go.sho.rt' ELSE 'sho.rt' END,
				substr(md5(i::text), 1, 6), 'https://' || CASE WHEN i %% 10000 = 9 THEN 'odd' ELSE 'shop' || i %% 97 END || '.example.com/products/' || i,
				CASE WHEN i %% 10000 = 11 THEN $2::timestamptz END, 0, $3, 1, $2::timestamptz + i * interval '1 s',
				$2::timestamptz + i * interval '1 s' + CASE WHEN i %% 50 = 1 THEN interval '30 d' ELSE interval '0' END, 'key', '',
				CASE WHEN i %% 100 = 3 THEN json_build_object('title', 'Campaign ' || i)::text END, CASE WHEN i %% 100 = 3 THEN CASE WHEN i %% 10000 = 103 THEN 'unicorn ' ELSE 'campaign ' END || i ELSE '' END,
				i %% 10000 = 5, i %% 10000 = 6,
				CASE WHEN i %% 10000 = 103 THEN $9::bigint[] WHEN i %% 100 = 3 THEN $4::bigint[] WHEN i %% 10000 = 2 THEN ARRAY[$5::bigint] WHEN i %% 10000 = 4 THEN ARRAY[$7::bigint] WHEN i %% 5 = 0 THEN ARRAY[$6::bigint] END
			FROM generate_series(1, $8::int) AS i ON CONFLICT DO NOTHING`, b.generation.Schema),
			int64(first), dawn, string(account), append(links.TitleMarks(account, "Campaign"), links.TagMark(account, "often")), links.TagMark(account, "rare"),
			links.TagMark(account, "often"), links.ValueMark(account, "order", "77"), n, links.TitleMarks(account, "Unicorn"))
		b.must(err)
		_, err = b.pool.Exec(b.Context(), fmt.Sprintf(`INSERT INTO %[1]s.mark (account, mark, domain, tag, links)
			SELECT $1, mark, 'sho.rt', CASE mark WHEN $2::bigint THEN 'rare' WHEN $3::bigint THEN 'often' ELSE '' END, count(*)
			FROM (SELECT unnest(marks) AS mark FROM %[1]s.link WHERE account = $1) m GROUP BY mark`, b.generation.Schema),
			string(account), links.TagMark(account, "rare"), links.TagMark(account, "often"))
		b.must(err)
		_, err = b.pool.Exec(b.Context(), fmt.Sprintf(`INSERT INTO %[1]s.usage SELECT account, domain, count(*), count(*) FILTER (WHERE archived)
			FROM %[1]s.link WHERE account = $1 GROUP BY 1, 2`, b.generation.Schema), string(account))
		b.must(err)
	}
	_, err := b.pool.Exec(b.Context(), fmt.Sprintf(`VACUUM ANALYZE %s.link`, b.generation.Schema))
	b.must(err)
}

// lists are what is asked of many links.
var lists = map[string]links.ListQuery{
	"newest":             {},
	"oldest":             {Ascending: true},
	"updated":            {Sort: links.ByUpdated},
	"slug":               {Sort: links.BySlugText, Ascending: true},
	"title":              {Sort: links.ByTitle, Ascending: true},
	"destination":        {Sort: links.ByDestination},
	"page 20":            {Offset: 1000},
	"host":               {Filter: links.Filter{Host: "sho.rt"}},
	"rare host":          {Filter: links.Filter{Host: "rare.sho.rt"}},
	"host by slug":       {Filter: links.Filter{Host: "rare.sho.rt"}, Sort: links.BySlugText},
	"tag":                {Filter: links.Filter{Tag: "often"}},
	"rare tag":           {Filter: links.Filter{Tag: "rare"}},
	"no such tag":        {Filter: links.Filter{Tag: "never"}},
	"tag by title":       {Filter: links.Filter{Tag: "often"}, Sort: links.ByTitle},
	"metadata":           {Filter: links.Filter{MetadataKey: "order", MetadataValue: "77"}},
	"active":             {Filter: links.Filter{Life: links.Working}},
	"archived":           {Filter: links.Filter{Life: links.Archived}},
	"disabled":           {Filter: links.Filter{Life: links.Disabled}},
	"expired":            {Filter: links.Filter{Life: links.Expired}},
	"scheduled":          {Filter: links.Filter{Life: links.Scheduled}},
	"all":                {Filter: links.Filter{Life: links.Any}},
	"period":             {Filter: links.Filter{CreatedFrom: dawn.Add(time.Hour), CreatedTo: dawn.Add(2 * time.Hour)}},
	"period by slug":     {Filter: links.Filter{CreatedFrom: dawn.Add(time.Hour), CreatedTo: dawn.Add(90 * time.Minute)}, Sort: links.BySlugText},
	"search everywhere":  {Filter: links.Filter{Search: "example"}},
	"search title":       {Filter: links.Filter{Search: "unicorn"}},
	"search slug":        {Filter: links.Filter{Search: "c4ca42"}},
	"search destination": {Filter: links.Filter{Search: "odd.example"}},
	"search word":        {Filter: links.Filter{Search: "products 4242"}},
	"search middle":      {Filter: links.Filter{Search: "xample.com/prod"}},
	"search letter":      {Filter: links.Filter{Search: "o"}},
	"search nothing":     {Filter: links.Filter{Search: "nowhere to be found"}},
	"search by slug":     {Filter: links.Filter{Search: "shop7."}, Sort: links.BySlugText},
	"destination is":     {Filter: links.Filter{Destination: "https://shop7.example.com/products/7"}},
}

func BenchmarkLists(b *testing.B) {
	t := setup(b)
	t.many(1_000_000)
	for name, q := range lists {
		b.Run(name, func(b *testing.B) {
			q.Account, q.Limit = "ann", 50
			var took []time.Duration
			found := 0
			for b.Loop() {
				start := time.Now()
				page, err := t.reader.List(b.Context(), q)
				t.must(err)
				took = append(took, time.Since(start))
				found = len(page.Links)
			}
			report(b, took)
			b.ReportMetric(float64(found), "links")
		})
	}
}
