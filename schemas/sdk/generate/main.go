package main

import (
	"bytes"
	"embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed templates
var templates embed.FS

// outputs are the files that are written, by their template.
var outputs = map[string]string{
	"api.ts.tmpl":  "typescript/src/api.ts",
	"api.py.tmpl":  "python/src/linklog/api.py",
	"api.rb.tmpl":  "ruby/lib/linklog/api.rb",
	"api.rbs.tmpl": "ruby/sig/linklog/api.rbs",
}

func main() {
	from := flag.String("from", "schemas/openapi/native.yaml", "OpenAPI document")
	to := flag.String("to", "schemas/sdk", "folder of the SDKs")
	flag.Parse()
	if err := write(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// write writes what is generated into the folders of the SDKs.
func write(from, to string) error {
	text, err := os.ReadFile(from) //nolint:gosec // whoever runs this names it
	if err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	files, err := generate(text)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil { //nolint:gosec // source code
			return fmt.Errorf("write source: %w", err)
		}
	}
	return nil
}

// generate makes all files from the text of a document.
func generate(text []byte) (map[string][]byte, error) {
	api, err := readAPI(text)
	if err != nil {
		return nil, err
	}
	all, err := template.New("").Funcs(functions).ParseFS(templates, "templates/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	files := map[string][]byte{}
	for name, file := range outputs {
		var b bytes.Buffer
		if err := all.ExecuteTemplate(&b, name, api); err != nil {
			return nil, fmt.Errorf("write %s: %w", file, err)
		}
		files[file] = b.Bytes()
	}
	return files, nil
}
