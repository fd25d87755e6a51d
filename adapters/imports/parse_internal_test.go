package imports

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestRefused: files that nobody could make sense of say why.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		format Format
		ending string
		text   string
		says   string
	}{
		"nothing":             {CSV, ".csv", "", "empty"},
		"no column":           {YOURLS, ".csv", "keyword,clicks\n", "the column url is missing; there are keyword, clicks"},
		"UTF-16":              {CSV, ".csv", "\xff\xfeu\x00r\x00l\x00", "UTF-16"},
		"an open quote":       {CSV, ".csv", "url\n\"" + strings.Repeat("x", 3<<20), "longer than"},
		"an open quote later": {CSV, ".csv", "url\nhttps://a\n\"" + strings.Repeat("x\n", 3<<20), "longer than"},
		"another dump":        {YOURLS, ".sql", "INSERT INTO `wp_posts` VALUES (1);", "no table"},
		"a torn dump":         {YOURLS, ".sql", "INSERT INTO `yourls_url` (keyword, url) VALUES ('a", "isn't closed"},
		"a dump of less":      {YOURLS, ".sql", "INSERT INTO `yourls_url` (keyword) VALUES ('a');", "the column url is missing"},
		"a row of all":        {YOURLS, ".sql", "INSERT INTO `yourls_url` (keyword, url) VALUES ('a', '" + strings.Repeat("x", 2<<20), "longer than"},
		"no JSON":             {Kutt, ".json", "<html>", "read JSON"},
		"an empty file":       {Kutt, ".json", "", "empty"},
		"numbers":             {Kutt, ".json", "7", "no object"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := formatOf(c.format)
			if err != nil {
				t.Fatal(err)
			}
			err = f.read(strings.NewReader(c.text), c.ending, time.UTC, reading{link: func(Link) error { return nil }})
			if err == nil || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 300 {
				t.Errorf("it says %v, not %q", err, c.says)
			}
		})
	}
}

// TestCell: what a spreadsheet might run comes back as it was.
func TestCell(t *testing.T) {
	for _, s := range []string{"", "=1+1", "'quoted'", "-5", "+1", "@x", "\tx", "''", "plain", "a=b"} {
		cell := Cell(s)
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) || uncell(cell) != s {
			t.Errorf("%q is %q and then %q", s, cell, uncell(cell))
		}
	}
}

func TestParseTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"2024-01-02T10:00:00+01:00": "2024-01-02T09:00:00Z", "2022-06-01T09:00:00+0000": "2022-06-01T09:00:00Z", "2023-05-01 10:00:00+00": "2023-05-01T10:00:00Z",
		"2021-03-01 08:15:00": "2021-03-01T07:15:00Z", "2021-07-01": "2021-06-30T22:00:00Z", "1614586500": "2021-03-01T08:15:00Z", "1614586500000": "2021-03-01T08:15:00Z",
		"0000-00-00 00:00:00": "0001-01-01T00:00:00Z", "": "0001-01-01T00:00:00Z",
	} {
		if got, err := parseTime(text, berlin); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q is %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"yesterday", "12", "13/12/2020"} {
		if got, err := parseTime(text, berlin); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

// fuzz reads whatever there is as a file of each format. Nothing may panic, and what is told can be
// written as JSON.
func fuzz(f *testing.F, endings ...string) {
	f.Helper()
	files, err := filepath.Glob("testdata/*_*")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		for _, ending := range endings {
			if strings.HasSuffix(path, ending) {
				text, err := os.ReadFile(path)
				if err != nil {
					f.Fatal(err)
				}
				f.Add(text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, name := range []Format{YOURLS, Shlink, Kutt, Bitly, Dub, CSV, Linklog} {
			format, err := formatOf(name)
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now()
			to := reading{link: func(l Link) error {
				l.check()
				if title, ok := l.Members["title"].(string); l.Err == nil && ok && (!utf8.ValidString(title) || utf8.RuneCountInString(title) > maxTitle) {
					t.Errorf("%s: the title %q", name, title)
				}
				return nil
			}, click: func(c Click) error {
				if c.check(now); c.Err == nil && (c.Time.After(now) || c.Link == "" || c.Country != "" && len(c.Country) != 2) {
					t.Errorf("%s: the click %+v", name, c)
				}
				return nil
			}}
			_ = format.read(bytes.NewReader(text), endings[0], time.UTC, to)
		}
	})
}

func FuzzCSV(f *testing.F)  { fuzz(f, ".csv") }
func FuzzSQL(f *testing.F)  { fuzz(f, ".sql") }
func FuzzJSON(f *testing.F) { fuzz(f, ".json", ".jsonl") }
