package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

type qrCmd struct {
	remoteSettings
	Link       string `arg:"" name:"link" help:"The link."`
	Output     string `help:"Where the picture goes, as file.png or file.svg; - is standard output." short:"o" required:"" env:"-" placeholder:"FILE"`
	Format     string `help:"png or svg; left out: what the file's name ends with." enum:",png,svg" default:"" env:"-" placeholder:"FORMAT"`
	Size       int    `help:"Width and height in pixels." env:"-" placeholder:"N"`
	Margin     int    `help:"Empty space around the code, in modules." default:"4" env:"-" placeholder:"N"`
	Level      string `help:"Error correction: L, M, Q or H." enum:",L,M,Q,H" default:"" env:"-" placeholder:"LEVEL"`
	Color      string `help:"Of the dots, as #1a2b3c." env:"-" placeholder:"COLOR"`
	Background string `help:"A color or transparent." env:"-" placeholder:"COLOR"`
	Logo       string `help:"Public address of a picture for the middle." env:"-" placeholder:"URL"`
}

// Help shows an example.
func (*qrCmd) Help() string {
	return `Whether a phone can read the picture was tried; warnings say if it might not.

  linklog qr spring-sale -o sale.png
  linklog qr spring-sale -o sale.svg --color '#1a2b3c' --background transparent` + remoteHelp
}

// Run draws a QR code.
func (c *qrCmd) Run(ctx context.Context, t *terminal) error {
	if _, ok := screen(t.out); ok && c.Output == "-" {
		return misused("a picture is nothing for a terminal: give -o a file, or pipe it")
	}
	r, err := c.connect(t)
	if err != nil {
		return err
	}
	id, err := r.id(ctx, c.Link)
	if err != nil {
		return err
	}
	a, err := r.do(ctx, call{method: http.MethodGet, path: "/links/" + id + "/qr", query: c.query()})
	if err != nil {
		return err
	}
	for _, warning := range a.header.Values("X-Qr-Warning") {
		t.sayf("warning: %s", visible(warning))
	}
	if c.Output == "-" {
		_, err := t.out.Write(a.body)
		return err
	}
	if err := os.WriteFile(c.Output, a.body, 0o644); err != nil { //nolint:gosec // a picture for everybody
		return fmt.Errorf("write picture: %w", err)
	}
	if c.JSON {
		return nil // the API has no words for it
	}
	return t.line(c.Output)
}

func (c *qrCmd) query() url.Values {
	q := url.Values{}
	format := c.Format
	if format == "" && strings.EqualFold(filepath.Ext(c.Output), ".svg") {
		format = "svg"
	}
	for name, value := range map[string]string{"format": format, "level": c.Level, "color": c.Color, "background": c.Background, "logo": c.Logo} {
		setUnless(q, name, value, "")
	}
	setUnless(q, "size", c.Size, 0)
	setUnless(q, "margin", c.Margin, 4)
	return q
}
