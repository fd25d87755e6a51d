package web

import (
	"cmp"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// author is who changed a link.
type author struct {
	Name string // of a person or a key
	Via  string // through what; empty: here
	At   time.Time
}

// authors are those of an account who may have changed something, by what the log calls them.
type authors map[domain.KeyID]string

// authors reads the names of people and keys.
func (s *Server) authors(c echo.Context) (authors, error) {
	ctx, of := c.Request().Context(), account(c)
	members, err := s.Members.Members(ctx, of)
	if err != nil {
		return nil, err
	}
	keys, err := s.Keys.List(ctx, of)
	if err != nil {
		return nil, err
	}
	names := authors{}
	for _, m := range members {
		names[m.Person.By()] = cmp.Or(m.Person.Name, m.Person.Email)
	}
	for _, k := range keys {
		names[k.ID] = "Key “" + k.Name + "”"
	}
	return names, nil
}

// of is who made a change. Somebody who isn't there any more keeps what the log calls them.
func (a authors) of(c links.Change) author {
	who := author{Name: cmp.Or(a[c.By], string(c.By), "The system"), Via: c.Via, At: c.At}
	switch c.Via {
	case "":
		who.Via = "API"
	case "dashboard":
		who.Via = ""
	case "cli":
		who.Via = "command line"
	}
	return who
}
