package main

import (
	"context"
	"fmt"

	"github.com/linklog/linklog/adapters/postgres"
)

type maintenanceCmd struct {
	databaseSettings
	Mode string `arg:"" help:"on or off." enum:"on,off"`
}

// Help says what the mode is.
func (*maintenanceCmd) Help() string {
	return `While the mode is on, the Spotify dialect answers 503 to whatever would make, change or delete
links, as its document has it. Visitors, lists and the other APIs don't notice.

  linklog maintenance on`
}

// Run turns the mode on or off.
func (c *maintenanceCmd) Run(ctx context.Context, t *terminal) error {
	pool, err := c.open(ctx, "maintenance")
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := postgres.NewMaintenance(pool).Set(ctx, c.Mode == "on"); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "Maintenance mode is %s, for all processes within %s.\n", c.Mode, postgres.MaintenanceTTL)
	return err
}
