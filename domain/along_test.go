package domain_test

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/linklog/linklog/domain"
)

// via is where a link with these traits sends a visitor who asked for this path behind the slug
// with this query.
func via(to string, traits domain.Traits, path, query string) string {
	link := domain.Link{Number: 1, Destination: domain.Destination(to), Traits: traits}
	target, _ := link.Target()
	got, _, _ := domain.Route(&target, &domain.Visit{Path: path, Query: query})
	return string(got)
}

func TestUTM(t *testing.T) {
	t.Parallel()
	all := domain.UTM{Source: "news letter", Medium: "e&mail", Campaign: "sömmer", Term: "a=b", Content: "#1"}
	f := func(to string, utm domain.UTM, want string) {
		t.Helper()
		if got := via(to, domain.Traits{UTM: utm}, "/x", "y=z"); got != want {
			t.Errorf("%s\n got %s\nwant %s", to, got, want)
		}
	}
	f("https://example.com", all, "https://example.com?utm_source=news+letter&utm_medium=e%26mail&utm_campaign=s%C3%B6mmer&utm_term=a%3Db&utm_content=%231")
	mail := domain.UTM{Source: "mail"}
	f("https://example.com/a?b=c&d", mail, "https://example.com/a?b=c&d&utm_source=mail")
	f("https://example.com/a?b=%20+&&c=é", mail, "https://example.com/a?b=%20+&&c=é&utm_source=mail")
	f("https://example.com/a#top", mail, "https://example.com/a?utm_source=mail#top")
	f("https://example.com/?#/app?x=1", mail, "https://example.com/?utm_source=mail#/app?x=1")
	f("https://example.com/?a=1&#", mail, "https://example.com/?a=1&utm_source=mail#")
	// A value of the link's takes the place of the destination's, once.
	f("https://example.com/?utm_source=old&a=1&utm_source=older", mail, "https://example.com/?utm_source=mail&a=1")
	f("https://example.com/?a=1&utm_source&utm_medium=cpc", mail, "https://example.com/?a=1&utm_source=mail&utm_medium=cpc")
	f("https://example.com/?utm%5Fsource=old", mail, "https://example.com/?utm_source=mail")
	f("https://example.com/?utm_source=old&", mail, "https://example.com/?utm_source=mail&")
	f("https://example.com/?utm_source=old", domain.UTM{}, "https://example.com/?utm_source=old")
}

func TestQueriesGoAlong(t *testing.T) {
	t.Parallel()
	f := func(to, query, want string) {
		t.Helper()
		if got := via(to, domain.Traits{ForwardQuery: true, UTM: domain.UTM{Medium: "qr"}}, "/x", query); got != want {
			t.Errorf("%s with %s\n got %s\nwant %s", to, query, got, want)
		}
	}
	f("https://example.com/", "a=1&b=2", "https://example.com/?a=1&b=2&utm_medium=qr")
	f("https://example.com/?a=0#f", "a=1&b=2", "https://example.com/?a=0&b=2&utm_medium=qr#f")
	f("https://example.com/?a", "%61=1&A=2&b", "https://example.com/?a&b&utm_medium=qr")
	f("https://example.com/", "tag=1&tag=2", "https://example.com/?tag=1&tag=2&utm_medium=qr")
	f("https://example.com/", "utm_medium=mine&utm_source=x&utm_source=y", "https://example.com/?utm_source=x&utm_medium=qr")
	f("https://example.com/?utm_source=own", "utm_source=x", "https://example.com/?utm_source=own&utm_medium=qr")
	f("https://example.com/", "&&", "https://example.com/?utm_medium=qr")
	f("https://example.com/", "a=\r\nSet-Cookie:%20x&b=%zz&c=#&d=<\x00\x7f\xff>", "https://example.com/?a=%0D%0ASet-Cookie:%20x&b=%25zz&c=%23&d=%3C%00%7F%FF%3E&utm_medium=qr")
	f("https://example.com/", "a="+strings.Repeat("x", 2040), "https://example.com/?utm_medium=qr")
	long := "https://example.com/" + strings.Repeat("a", 2020)
	f(long, "b=1", long)
}

func TestPathsGoAlong(t *testing.T) {
	t.Parallel()
	f := func(to, path, want string) {
		t.Helper()
		if got := via(to, domain.Traits{ForwardPath: true}, path, "y=z"); got != want {
			t.Errorf("%s with %s\n got %s\nwant %s", to, path, got, want)
		}
	}
	f("https://example.com", "/a/b", "https://example.com/a/b")
	f("https://example.com/", "/a/b/", "https://example.com/a/b/")
	f("https://example.com/shop?x=1#f", "/a", "https://example.com/shop/a?x=1#f")
	f("https://example.com/shop/", "//a///b", "https://example.com/shop/a/b")
	f("https://example.com/shop", "/", "https://example.com/shop")
	f("https://example.com/shop/", "///", "https://example.com/shop/")
	f("https://example.com", "//evil.example/x", "https://example.com/evil.example/x")
	f("https://example.com", "@evil.example", "https://example.com/@evil.example")
	f("https://example.com", ".evil.example", "https://example.com/.evil.example")
	f("https://example.com", `/\evil.example`, "https://example.com/%5Cevil.example")
	f("https://example.com/a", "/b%2Fc?d#e%zz", "https://example.com/a/b%2Fc%3Fd%23e%25zz")
	f("https://example.com/a", "/x\r\ny ü", "https://example.com/a/x%0D%0Ay%20%C3%BC")
	for _, climbing := range []string{
		"/..", "/../b", "/b/../../c", "/./b", "/%2e%2e/b", "/%2E./b", "/.%2e", "/b%2f..%2fc", "/b%5c..%5cc", `/b\..\c`, "/%252e%252e/b", "/..;/b", "/..;x=1/b", "/%zz/%2e%2e",
	} {
		f("https://example.com/a", climbing, "https://example.com/a")
	}
}

// TestAlong adds random things to random destinations and looks at the result as a browser would.
func TestAlong(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	for range 5_000 {
		to := "https://example.com" + pick("", "/", "/shop", "/shop/", "/a%2Fb") + pick("", "?", "?a=1", "?utm_source=old", "?a=1&b&utm_source=old&utm_source=older&", "?&&") + pick("", "#", "#f?x=1")
		traits := domain.Traits{
			ForwardPath: r.IntN(2) == 0, ForwardQuery: r.IntN(2) == 0,
			UTM: domain.UTM{Source: pick("", "mail"), Medium: pick("", "a b&c"), Content: pick("", "ü#?")},
		}
		path, query := pick("", "/", "/x", "//y/", "/../z", "/q?r#s"), pick("", "a=2", "utm_source=theirs&c=3&c=4", "utm_medium=m&utm_medium=n", "&&A=5&%62=6", "x=\n")
		checkAlong(t, to, traits, path, query)
	}
}

func FuzzAlong(f *testing.F) {
	f.Add("https://example.com/a?b=c#d", "/x/%2e%2e/y", "b=1&utm_source=x", "mail", "")
	f.Add("https://example.com?utm_source=1&utm%5fsource=2", "//evil.example", "a=%zz&&", "ü &", "#")
	f.Add("http://[::1]:80?", "@evil.example\\..", "\r\n", "", "x")
	f.Fuzz(func(t *testing.T, raw, path, query, source, content string) {
		to, err := domain.ParseDestination(raw)
		if err != nil {
			return
		}
		utm, err := domain.ParseUTM(domain.UTM{Source: source, Content: content})
		if err != nil {
			return
		}
		checkAlong(t, string(to), domain.Traits{UTM: utm, ForwardPath: true, ForwardQuery: true}, path, query)
	})
}

func checkAlong(t *testing.T, to string, traits domain.Traits, path, query string) {
	t.Helper()
	got := via(to, traits, path, query)
	fatal := func(why string) {
		t.Helper()
		t.Fatalf("%s: %q with %+v, %q, %q became %q", why, to, traits.UTM, path, query, got)
	}
	if len(got) > domain.MaxURL || strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		fatal("no header carries it")
	}
	before, err1 := url.Parse(to)
	after, err2 := url.Parse(got)
	if err1 != nil || err2 != nil {
		fatal("it is no URL")
	}
	if before.Host != after.Host || before.Scheme != after.Scheme || after.User != nil || before.EscapedFragment() != after.EscapedFragment() {
		fatal("it leads elsewhere")
	}
	if root := strings.TrimRight(before.EscapedPath(), "/"); !strings.HasPrefix(after.EscapedPath(), root) {
		fatal("it climbs")
	}
	if !traits.ForwardPath && before.EscapedPath() != after.EscapedPath() {
		fatal("the path is another")
	}
	checkParameters(t, fatal, traits, pairsOf(before.RawQuery), pairsOf(after.RawQuery), len(got))
}

// pairsOf are a query's parameters, decoded.
func pairsOf(query string) [][2]string {
	var pairs [][2]string
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		if pair != "" {
			pairs = append(pairs, [2]string{strings.ToLower(name), value})
		}
	}
	return pairs
}

func checkParameters(t *testing.T, fatal func(string), traits domain.Traits, before, after [][2]string, size int) {
	t.Helper()
	utm := map[string]string{"utm_source": traits.UTM.Source, "utm_medium": traits.UTM.Medium, "utm_content": traits.UTM.Content}
	values := func(pairs [][2]string, name string) []string {
		var all []string
		for _, p := range pairs {
			if p[0] == name {
				all = append(all, p[1])
			}
		}
		return all
	}
	for _, p := range before {
		want := values(before, p[0])
		if utm[p[0]] != "" && slices.Equal(values(after, p[0]), []string{utm[p[0]]}) {
			continue
		}
		if !slices.Equal(values(after, p[0]), want) && (utm[p[0]] == "" || size <= domain.MaxURL-600) {
			fatal("the owner's " + p[0] + " is another")
		}
	}
	for name, value := range utm {
		if value != "" && !slices.Equal(values(after, name), []string{value}) && size <= domain.MaxURL-2000 {
			fatal(name + " is not what the link says")
		}
	}
}
