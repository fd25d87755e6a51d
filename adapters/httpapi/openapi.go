package httpapi

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
	"gopkg.in/yaml.v3"

	"github.com/linklog/linklog/domain"
)

//go:embed reference.html
var referenceHTML string

// referencePage is the template of reference pages. It asks no other host for anything.
var referencePage = template.Must(template.New("reference").Funcs(template.FuncMap{
	"schema": schemaText, "anchor": anchor, "upper": strings.ToUpper,
}).Parse(referenceHTML))

// getDocument is GET /openapi/:document: a document as it is (native.yaml) or as a page (native).
func (s *Server) getDocument(c echo.Context) error {
	name := pathValue(c, "document")
	if path.Ext(name) == ".yaml" {
		text, err := s.document(name)
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, "application/yaml", text)
	}
	return s.showReference(c, name)
}

// getReference is GET /openapi/: the native API as a page.
func (s *Server) getReference(c echo.Context) error { return s.showReference(c, "native") }

func (s *Server) document(name string) ([]byte, error) {
	text, err := fs.ReadFile(s.openAPI, name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, domain.Errorf(domain.NotFound, "", "there is no document %q", name)
	}
	return text, err
}

func (s *Server) showReference(c echo.Context, name string) error {
	text, err := s.document(name + ".yaml")
	if err != nil {
		return err
	}
	page, err := newReference(name, text)
	if err != nil {
		return err
	}
	if page.Names, err = fs.Glob(s.openAPI, "*.yaml"); err != nil {
		return err
	}
	for i, n := range page.Names {
		page.Names[i] = strings.TrimSuffix(n, ".yaml")
	}
	var b bytes.Buffer
	if err := referencePage.Execute(&b, page); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	return c.HTMLBlob(http.StatusOK, b.Bytes())
}

// newReference reads a document for people.
func newReference(name string, text []byte) (*reference, error) {
	r := &reference{Name: name}
	if err := yaml.Unmarshal(text, r); err != nil {
		return nil, err
	}
	for _, p := range r.Paths.pairs {
		for _, o := range p.value.pairs {
			op := o.value
			op.Method, op.Path = o.name, p.name
			for i, parameter := range op.Parameters {
				if parameter.Ref != "" {
					op.Parameters[i] = r.Components.Parameters[anchor(parameter.Ref)]
				}
			}
			for i := range op.Responses.pairs {
				if ref := op.Responses.pairs[i].value.Ref; ref != "" {
					op.Responses.pairs[i].value = r.Components.Responses[anchor(ref)]
				}
			}
			r.Operations = append(r.Operations, op)
		}
	}
	return r, nil
}
