package domain_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/linklog/linklog/"

// arrow is what one package may import outside its tests. A name that ends in /... means all
// packages below too. Modules are named where the choice matters; nil leaves it free.
type arrow struct {
	from    string
	to      []string // of this module
	modules []string
}

// arrows point to domain. The first that matches a package counts.
var arrows = []arrow{
	{"domain", nil, []string{"golang.org/x/net/idna"}},
	{"domain/identity", []string{"domain"}, []string{}},
	{"commands", []string{"domain"}, []string{}},
	{"projections", []string{"domain"}, []string{"github.com/jackc/pgx/v5"}},
	{"projections/...", []string{"domain", "projections"}, nil},
	{"schemas", []string{"domain", "schemas/linklogpb"}, nil},
	{"schemas/sdk/...", nil, []string{"gopkg.in/yaml.v3"}},
	{"schemas/linklogpb", nil, []string{"google.golang.org/protobuf"}},
	{"adapters/kafka", []string{"domain", "commands", "schemas", "projections"}, nil},
	{"adapters/postgres", []string{"domain/..."}, nil},
	{"adapters/fetch", nil, []string{}},
	{"adapters/imports", nil, []string{}},
	{"adapters/httpapi/qr", nil, []string{"rsc.io/qr", "golang.org/x/image"}},
	{"adapters/httpapi/...", []string{"domain/...", "commands", "projections/...", "adapters/httpapi/..."}, nil},
	{"adapters/mail", nil, nil},
	{"adapters/web/...", []string{"domain/...", "commands", "projections/...", "adapters/web/..."}, nil},
	{"adapters/webhooks", []string{"domain/..."}, nil},
	{"adapters/redirect", []string{"domain"}, nil},
	{"adapters/spool", []string{"domain"}, nil},
	{"adapters/embedded", nil, nil},
	{"adapters/embedded/embeddedtest", []string{"adapters/embedded"}, nil},
	{"cmd/...", []string{"..."}, nil},
}

// longest is how many packages a chain of imports may pass between main and its end: a dialect, the
// API it is one of, a read model, the engine of read models, the domain.
const longest = 5

func TestArrows(t *testing.T) {
	t.Parallel()
	imports := treeImports(t, "..")
	for _, from := range slices.Sorted(maps.Keys(imports)) {
		i := slices.IndexFunc(arrows, func(a arrow) bool { return covers(a.from, from) })
		if i < 0 {
			t.Errorf("%s has no place in the house: give it a row in the table of arrows", from)
			continue
		}
		for _, to := range imports[from] {
			if !arrows[i].allows(to) {
				t.Errorf("%s must not import %s", from, to)
			}
		}
	}
	for from := range imports {
		aside := strings.HasPrefix(from, "cmd/") || strings.HasSuffix(from, "test") // sees everything; serves tests
		if n := chain(imports, from); !aside && n > longest {
			t.Errorf("a chain of %d packages begins at %s", n, from)
		}
	}
}

func (a arrow) allows(path string) bool {
	if inside, ok := strings.CutPrefix(path, module); ok {
		return slices.ContainsFunc(a.to, func(to string) bool { return covers(to, inside) })
	}
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") || a.modules == nil {
		return true // the standard library, or no opinion
	}
	return slices.ContainsFunc(a.modules, func(m string) bool { return covers(m+"/...", path) })
}

func covers(pattern, path string) bool {
	root, below := strings.CutSuffix(pattern, "...")
	root = strings.TrimSuffix(root, "/")
	return path == root || below && (root == "" || strings.HasPrefix(path, root+"/"))
}

// treeImports lists what every package below root imports outside its tests.
func treeImports(t *testing.T, root string) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && path != root && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		from := filepath.ToSlash(dir)
		imports[from] = append(imports[from], nil...)
		for _, spec := range file.Imports {
			to, _ := strconv.Unquote(spec.Path.Value)
			imports[from] = append(imports[from], to)
		}
		return err
	})
	if err != nil || len(imports) < 2 {
		t.Fatal("read the tree:", err, len(imports))
	}
	return imports
}

// chain is the length of the longest chain of imports from a package on.
func chain(imports map[string][]string, from string) int {
	n := 0
	for _, to := range imports[from] {
		if inside, ok := strings.CutPrefix(to, module); ok {
			n = max(n, chain(imports, inside))
		}
	}
	return n + 1
}
