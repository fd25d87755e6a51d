package main

import (
	"context"
	"fmt"
)

type lostSecondFactorCmd struct {
	databaseSettings
	Email string `arg:"" help:"With which they sign in."`
}

// Help warns, and shows an example.
func (*lostSecondFactorCmd) Help() string {
	return `Make sure first that it is them who ask: who knows the password gets in afterwards.

  linklog account lost-second-factor you@example.com`
}

// Run takes somebody's second factor out of use.
func (c *lostSecondFactorCmd) Run(ctx context.Context, t *terminal) error {
	pool, err := c.open(ctx, "account")
	if err != nil {
		return err
	}
	defer pool.Close()
	people, err := newPeople(ctx, pool)
	if err != nil {
		return err
	}
	if err := people.LostTwoFactor(ctx, c.Email); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s signs in with the password alone, and can set up another second factor.\n", c.Email)
	return err
}
