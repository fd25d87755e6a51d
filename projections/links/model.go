package links

import (
	_ "embed"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// name of the read model.
const name = "links"

//go:embed schema.sql
var schema string

// Model is the read model as this program builds it.
func Model() projections.Model {
	return projections.Model{Name: name, Version: 4, Layout: 2, SQL: schema + wordIndexSQL}
}

// Options for a runner: its mark is the newest command whose events are all applied, which is
// what [Reader.Await] waits for.
func Options() projections.Options[domain.Event] {
	return projections.Options[domain.Event]{Mark: func(e domain.Event) int64 {
		if e.More {
			return e.CommandOffset - 1
		}
		return e.CommandOffset
	}}
}
