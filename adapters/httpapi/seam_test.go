package httpapi_test

import (
	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/projections/clicks"
	"github.com/linklog/linklog/projections/links"
)

// What a process puts into a server.
var (
	_ httpapi.Commands   = (*commands.Bus)(nil)
	_ httpapi.Links      = (*links.Reader)(nil)
	_ httpapi.Clicks     = (*clicks.Reader)(nil)
	_ httpapi.Keys       = (*postgres.Keys)(nil)
	_ httpapi.Allowances = (*postgres.Limiter)(nil)
)
