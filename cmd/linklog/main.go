// Command linklog is Linklog: one binary, whose subcommands are its roles and its tools.
//
// This package is the only one that reads configuration and the only one that knows all
// others: a role is a function that builds its parts, joins them, and blocks until it is told
// to stop. Everything worth testing by itself lives elsewhere.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // analytics know every zone, also where the system doesn't
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
