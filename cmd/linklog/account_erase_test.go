package main_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// secrets are texts that are nowhere but where somebody has put them.
var secrets = []string{
	"secretdestination", "secrettitle", "secretnote", "secrettag", "secretkey", "secretvalue", "secretexternal", "secretowner", "secretaccount", "secretlater", "secretslug", "secretgone",
}

// Erasing an account leaves none of its texts behind, neither in the log nor in the database, and
// what is rebuilt from the log answers the same.
func TestErasedAccountLeavesNothing(t *testing.T) {
	t.Parallel()
	data := embeddedtest.DataDir(t)
	p, _ := dev(t, data)
	pool, err := pgxpool.New(t.Context(), p.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	o := operated{t, p, caller{}, pool}

	var made struct {
		Account string `json:"account"`
		APIKey  string `json:"api_key"`
	}
	out, stderr, status := output(t, "account", "create", "--email=secretowner@example.com", "--name=secretaccount", "--json", "--database-url="+p.Database)
	if err := json.Unmarshal([]byte(out), &made); status != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", status, err, stderr)
	}
	theirs, others := caller{t, p.API, made.APIKey}, caller{t, p.API, p.APIKey}
	l := theirs.create(`{"url":"https://example.com/secretdestination","custom_slug":"secretslug","title":"secrettitle","note":"secretnote",
		"tags":["secrettag"],"metadata":{"secretkey":"secretvalue"},"external_id":"secretexternal"}`)
	if status, _ := theirs.do("PATCH", "/v1/links/"+l.ID, `{"url":"https://example.com/secretlater"}`, nil); status != http.StatusOK {
		t.Fatalf("change: %d", status)
	}
	gone := theirs.create(`{"url":"https://example.com/secretdestination","custom_slug":"secretgone"}`)
	if status, _ := theirs.do("DELETE", "/v1/links/"+gone.ID, "", nil); status != http.StatusNoContent {
		t.Fatalf("delete: %d", status)
	}
	kept := others.create(`{"url":"https://example.com/kept","custom_slug":"ofothers"}`)
	visit(t, "GET", l.ShortURL, firefox)
	theirs.awaitClicks(l.ID, 1, 0, 0)
	if found := texts(t, pool); len(found) == 0 {
		t.Fatal("the search finds nothing even while it is there")
	}

	if _, stderr, status := o.tool("account", "erase", made.Account); status == 0 || !strings.Contains(stderr, "--yes") {
		t.Errorf("without --yes: exit %d, %s", status, stderr)
	}
	for range 2 { // again changes nothing
		if _, stderr, status := o.tool("account", "erase", made.Account, "--yes"); status != 0 {
			t.Fatalf("exit %d: %s", status, stderr)
		}
	}

	check := func() {
		t.Helper()
		if status, _ := theirs.do("GET", "/v1/links", "", nil); status != http.StatusUnauthorized {
			t.Errorf("their key: %d", status)
		}
		if status, _ := visit(t, "GET", l.ShortURL, firefox); status != http.StatusNotFound {
			t.Errorf("their link: %d", status)
		}
		if status, to := visit(t, "GET", kept.ShortURL, firefox); status != http.StatusFound || to != "https://example.com/kept" {
			t.Errorf("another's link: %d %s", status, to)
		}
		for _, slug := range []string{"secretslug", "secretgone"} {
			var a linkAnswer
			if status, _ := others.do("POST", "/v1/links", `{"url":"https://example.com/","custom_slug":"`+slug+`"}`, &a); status != http.StatusConflict {
				t.Errorf("their slug %s, which has to rest: %d %+v", slug, status, a)
			}
		}
		if found := texts(t, pool); len(found) > 0 {
			t.Errorf("in the database: %v", found)
		}
	}
	check()
	for _, model := range []string{"links", "clicks"} {
		if _, stderr, status := o.tool("rebuild", model); status != 0 {
			t.Fatalf("rebuild %s: exit %d: %s", model, status, stderr)
		}
	}
	check()
	if err := p.end(os.Interrupt); err != nil {
		t.Error(err)
	}
	found := slices.DeleteFunc(files(t, filepath.Join(data, "kafka")), func(s string) bool {
		return strings.HasPrefix(s, "clicks") && strings.HasSuffix(s, "secretslug") // clicks are not sealed: they say what was visited
	})
	for _, where := range found {
		t.Errorf("in the log: %s", where)
	}
}

// texts tells which secrets are in which table.
func texts(t *testing.T, pool *pgxpool.Pool) (found []string) {
	t.Helper()
	rows, _ := pool.Query(t.Context(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		rows, _ := pool.Query(t.Context(), `SELECT r::text FROM `+table+` r`)
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if strings.Contains(strings.Join(all, "\n"), secret) {
				found = append(found, table+": "+secret)
			}
		}
	}
	return found
}

// files tells which secrets are in which file of a folder.
func files(t *testing.T, folder string) (found []string) {
	t.Helper()
	size := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		size += len(text)
		for _, secret := range secrets {
			if bytes.Contains(text, []byte(secret)) {
				found = append(found, filepath.Base(filepath.Dir(path))+": "+secret)
			}
		}
		return err
	})
	if err != nil || size < 1_000 {
		t.Fatalf("read %d bytes of the log: %v", size, err)
	}
	return found
}
