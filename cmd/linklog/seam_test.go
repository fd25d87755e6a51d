package main_test

import (
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/adapters/web"
)

// What the dashboard asks for, and adapters that don't know of it have.
var (
	_ web.People  = (*postgres.People)(nil)
	_ web.Members = (*postgres.Members)(nil)
	_ web.Keys    = (*postgres.Keys)(nil)
)
