package clicks

import (
	_ "embed"

	"github.com/linklog/linklog/projections"
)

//go:embed schema.sql
var schema string

// modelVersion is raised whenever the same clicks would give other rows: another format,
// another bot list, another parser of user agents.
const modelVersion = 2

// modelLayout is raised when the tables, or what is packed in them, change their form.
const modelLayout = 1

// Model is the read model as the engine knows it.
func Model() projections.Model {
	return projections.Model{Name: "clicks", Version: modelVersion, Layout: modelLayout, SQL: schema}
}
