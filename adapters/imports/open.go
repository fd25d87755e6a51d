package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Options say where to read.
type Options struct {
	From []string       // files, or one address of an API
	Key  string         // of that API
	Zone *time.Location // of times that don't name theirs; nil: UTC
	HTTP *http.Client   // asks the API; nil: one that waits half a minute for an answer
}

// format is how a product's exports are read.
type format struct {
	tables tables            // in CSV
	dumped map[string]*table // in dumps, by the ends of their names
	link   func(json.RawMessage, *time.Location) (Link, bool)
	click  func(json.RawMessage, *time.Location) (Click, bool)
	api    func(*api) Source // nil: it has none
	home   string            // where the API is if nobody says otherwise
}

// formatOf is how a format is read.
func formatOf(name Format) (format, error) {
	switch name {
	case YOURLS:
		return yourls(), nil
	case Shlink:
		return shlink(), nil
	case Kutt:
		return kutt(), nil
	case Bitly:
		return bitly(), nil
	case Dub:
		return dub(), nil
	case CSV:
		return anyCSV(), nil
	case Linklog:
		return ours(), nil
	}
	return format{}, fmt.Errorf("%q is no format", name)
}

// Open finds out how to read a format's exports. Nothing is read yet.
func Open(name Format, o Options) (Source, error) {
	f, err := formatOf(name)
	if err != nil {
		return nil, err
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if len(o.From) == 0 && f.home != "" {
		o.From = []string{f.home}
	}
	if len(o.From) == 0 {
		return nil, errors.New("say which files to read, or the address of the API")
	}
	if !strings.HasPrefix(o.From[0], "http://") && !strings.HasPrefix(o.From[0], "https://") {
		return checked{&files{f, o.From, o.Zone}}, nil
	}
	switch {
	case f.api == nil:
		return nil, fmt.Errorf("there is no API that %s is read from: give files", name)
	case len(o.From) > 1:
		return nil, errors.New("give one address, or files")
	case o.Key == "":
		return nil, errors.New("the API wants a key")
	}
	a, err := newAPI(o)
	if err != nil {
		return nil, err
	}
	return checked{f.api(a)}, nil
}

// checked is a source of which nothing is passed on that nobody could do anything with.
type checked struct{ Source }

// Links implements Source.
func (s checked) Links(ctx context.Context, each func(Link) error) error {
	return s.Source.Links(ctx, func(l Link) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		l.check()
		return each(l)
	})
}

// Clicks implements Source.
func (s checked) Clicks(ctx context.Context, each func(Click) error) error {
	now := time.Now()
	return s.Source.Clicks(ctx, func(c Click) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.check(now)
		return each(c)
	})
}

// files are exports on the disk.
type files struct {
	format format
	paths  []string
	zone   *time.Location
}

// Links implements Source.
func (f *files) Links(_ context.Context, each func(Link) error) error {
	return f.read(reading{link: each})
}

// Clicks implements Source.
func (f *files) Clicks(_ context.Context, each func(Click) error) error {
	return f.read(reading{click: each})
}

func (f *files) read(to reading) error {
	for _, path := range f.paths {
		if err := f.readOne(path, to); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return nil
}

func (f *files) readOne(path string, to reading) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	return f.format.read(file, strings.ToLower(filepath.Ext(path)), f.zone, to)
}

// read reads a file; its name's ending says what kind it is.
func (f *format) read(from io.Reader, ending string, zone *time.Location, to reading) error {
	switch {
	case ending == ".sql" && f.dumped != nil:
		return readSQL(from, f.dumped, zone, to)
	case (ending == ".json" || ending == ".jsonl" || ending == ".ndjson") && f.link != nil:
		return readJSON(from, func(raw json.RawMessage) error { return f.object(raw, zone, to) })
	case f.tables != nil:
		return readCSV(from, f.tables, zone, to)
	}
	return errors.New("such files can't be read: give .json or .jsonl")
}

// object hands on what an object is.
func (f *format) object(raw json.RawMessage, zone *time.Location, to reading) error {
	if f.click != nil {
		if c, ok := f.click(raw, zone); ok {
			if to.click == nil {
				return nil
			}
			return to.click(c)
		}
	}
	if l, ok := f.link(raw, zone); ok && to.link != nil {
		return to.link(l)
	}
	return nil
}
