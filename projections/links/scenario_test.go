package links_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
	"github.com/linklog/linklog/projections/links"
)

// TestScenarios plays testdata/*.scenario; testdata/README.md says how to read and write them.
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.scenario")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	b := setup(t)
	_, err = b.pool.Exec(t.Context(), `CREATE FUNCTION since(at timestamptz) RETURNS text LANGUAGE sql AS
		$$ SELECT '+' || (extract(epoch FROM at - '2026-01-01T00:00:00Z') / 3600)::int || 'h' $$`)
	b.must(err)
	for _, file := range files {
		content, err := os.ReadFile(file) //nolint:gosec // our own testdata
		b.must(err)
		for _, part := range strings.Split(string(content), "\n== ")[1:] {
			title, body, _ := strings.Cut(part, "\n")
			given, rows := sections(body)
			for way, deliver := range ways {
				t.Run(filepath.Base(file)+"/"+title+"/"+way, func(t *testing.T) {
					play := *b
					play.TB = t
					play.play(given, rows, deliver)
				})
			}
		}
	}
}

// ways to deliver the same log.
var ways = map[string]func(b *bundle, log []domain.Event){
	"one batch": func(b *bundle, log []domain.Event) { b.apply(3, 0, log...) },
	"one by one": func(b *bundle, log []domain.Event) {
		for i, e := range log {
			b.apply(3, int64(i), e)
		}
	},
	"twice over": func(b *bundle, log []domain.Event) {
		for i := range log {
			b.apply(3, 0, log[:i+1]...)
		}
		b.started(3)
		b.apply(3, 0, log...)
	},
}

func (b *bundle) play(given, rows []string, deliver func(*bundle, []domain.Event)) {
	b.Helper()
	g, err := projections.Create(b.Context(), b.pool, links.Model())
	b.must(err)
	b.feed(g)
	b.started(3)
	s := script{TB: b, versions: map[domain.LinkNumber]uint64{}, traits: map[domain.LinkNumber]domain.Traits{}}
	for _, text := range given {
		s.log = append(s.log, s.event(parse(text)))
	}
	deliver(b, s.log)
	want := map[string][]string{}
	for _, row := range rows {
		if table, none := strings.CutPrefix(row, "no "); none {
			want[table] = nil
			continue
		}
		table, _, _ := strings.Cut(row, " ")
		want[table] = append(want[table], row)
	}
	for table, expected := range want {
		got := s.told(b, table)
		slices.Sort(got)
		slices.Sort(expected)
		if !slices.Equal(got, expected) {
			b.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(expected, "\n     "))
		}
	}
}

// sections are the lines after given: and rows:, without comments.
func sections(body string) (given, rows []string) {
	into := &given
	for l := range strings.Lines(body) {
		text, _, _ := strings.Cut(l, "# ")
		if rest, ok := strings.CutPrefix(text, "given:"); ok {
			text = rest
		}
		if rest, ok := strings.CutPrefix(text, "rows:"); ok {
			into, text = &rows, rest
		}
		if text = strings.Join(strings.Fields(text), " "); text != "" {
			*into = append(*into, text)
		}
	}
	return given, rows
}

// tables are how each table is told, a row a line; @1 is the link of that number.
var tables = map[string]string{
	"domain": `SELECT concat_ws(' ', 'domain', host, nullif(account, ''), CASE cases WHEN 1 THEN 'ignore' ELSE 'keep' END, 'v' || version,
		CASE WHEN verified THEN 'verified' END, CASE WHEN used THEN 'used' END, nullif(settings::json->>'Robots', '')) FROM %[1]s.domain`,
	"block":           `SELECT format('block %%s %%s %%s', kind, value, reason) FROM %[1]s.block`,
	"mark":            `SELECT format('mark %%s %%s %%s %%s', account, domain, coalesce(nullif(tag, ''), '*'), links) FROM %[1]s.mark`,
	"external":        `SELECT format('external %%s %%s %%s @%%s', account, domain, id, link) FROM %[1]s.external`,
	"usage":           `SELECT concat_ws(' ', 'usage', account, domain, links, 'archived=' || nullif(archived, 0)) FROM %[1]s.usage`,
	"claim":           `SELECT format('claim %%s/%%s @%%s %%s %%s', host, key, link, account, coalesce('freed=' || since(freed), 'held')) FROM %[1]s.claim`,
	"outcome":         `SELECT concat_ws(' ', 'outcome', id, '@' || link, 'v' || version, 'at', command, items) FROM %[1]s.outcome`,
	"history":         `SELECT concat_ws(' ', 'history', '@' || link, 'v' || version, event, nullif(via, ''), CASE event WHEN 'changed' THEN changes END) FROM %[1]s.history`,
	"partition_state": `SELECT format('partition_state counter=%%s now=%%s', counter, since(now)) FROM %[1]s.partition_state`,
	"parked":          `SELECT format('parked %%s @%%s %%s', event_offset, link, reason) FROM %[1]s.parked`,
	"link": `SELECT concat_ws(' ', 'link @' || number, (ARRAY['active', 'deleted', 'parked'])[status+1], 'v' || version, host || '/' || slug,
		nullif(destination, ''), 'ends=' || since(expires), 'created=' || since(created), 'updated=' || since(updated), traits,
		CASE WHEN archived THEN 'archived' END, CASE WHEN disabled THEN 'disabled' END, cardinality(marks) || ' marks') FROM %[1]s.link`,
	"sealed_slug": `SELECT format('sealed_slug %%s @%%s %%s %%s', encode(digest, 'hex'), link, account, coalesce('freed=' || since(freed), 'held')) FROM %[1]s.sealed_slug`,
}

// told is what a table holds, in the scenario's words.
func (s *script) told(b *bundle, table string) []string {
	b.Helper()
	rows, _ := b.pool.Query(b.Context(), fmt.Sprintf(tables[table], b.generation.Schema))
	told, err := pgx.CollectRows(rows, pgx.RowTo[string])
	b.must(err)
	for i := range told {
		told[i] = s.words(told[i])
	}
	return told
}
