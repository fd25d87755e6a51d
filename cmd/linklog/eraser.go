package main

import (
	"context"
	"fmt"
	"time"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/links"
)

// settleTime is how long a change may still come that was asked for with a key that has ended: as
// long as the key is believed, and the command may wait.
const settleTime = postgres.KeyTTL + commandTime + domain.Skew

// eraser deletes accounts with everything of them. It can be interrupted anywhere and begun again:
// the account is closed first, and its sealing key is destroyed last.
type eraser struct {
	accounts *postgres.Accounts
	bus      *commands.Bus
	model    *links.Reader
	tell     func(deleted, of int) // how many links are deleted; nil: nobody wants to know
}

// erase deletes an account. by is who wanted it so.
func (e eraser) erase(ctx context.Context, id domain.AccountID, by domain.KeyID) error {
	account, err := e.accounts.Account(ctx, id)
	if err != nil {
		return err
	}
	if err := e.accounts.Close(ctx, id); err != nil {
		return err
	}
	if err := e.deleteLinks(ctx, id, by); err != nil {
		return err
	}
	if account.Erased.IsZero() || time.Since(account.Erased) < settleTime {
		if err := settle(ctx); err != nil {
			return err
		}
		if err := e.deleteLinks(ctx, id, by); err != nil {
			return err
		}
	}
	if err := e.releaseDomains(ctx, id, by); err != nil {
		return err
	}
	return e.accounts.Erase(ctx, id)
}

// settle waits until what was asked for before is done, or never will be.
func settle(ctx context.Context) error {
	timer := time.NewTimer(settleTime)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// deleteLinks deletes all links of an account. Redirectors and analytics follow the events.
func (e eraser) deleteLinks(ctx context.Context, id domain.AccountID, by domain.KeyID) error {
	numbers, err := e.model.Numbers(ctx, id, "")
	if err != nil {
		return err
	}
	for done := 0; done < len(numbers); {
		some := numbers[done:min(len(numbers), done+domain.MaxBatch)]
		batch, err := e.model.Many(ctx, some)
		if err != nil {
			return err
		}
		on := map[domain.Host][]domain.CommandBody{}
		for _, l := range batch {
			on[l.Domain] = append(on[l.Domain], domain.DeleteLink{Link: l.Number})
		}
		for host, items := range on {
			if err := e.deleteBatch(ctx, id, by, host, items); err != nil {
				return err
			}
		}
		if done += len(some); e.tell != nil {
			e.tell(done, len(numbers))
		}
	}
	return nil
}

func (e eraser) deleteBatch(ctx context.Context, id domain.AccountID, by domain.KeyID, on domain.Host, items []domain.CommandBody) error {
	reply, err := e.do(ctx, id, by, on, domain.Batch{Items: items})
	if err != nil {
		return fmt.Errorf("delete links on %s: %w", on, err)
	}
	for _, i := range reply.Items {
		if i.Rejection != nil && i.Rejection.Code != domain.NotFound { // somebody else was faster
			return fmt.Errorf("delete links on %s: %w", on, i.Rejection)
		}
	}
	return nil
}

// releaseDomains gives up the domains of an account.
func (e eraser) releaseDomains(ctx context.Context, id domain.AccountID, by domain.KeyID) error {
	own, err := e.model.DomainsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, d := range own {
		_, err := e.do(ctx, id, by, d.Host, domain.ReleaseDomain{})
		if err != nil && domain.CodeOf(err) != domain.NotFound {
			return fmt.Errorf("release %s: %w", d.Host, err)
		}
	}
	return nil
}

// do has a command of the account's done.
func (e eraser) do(ctx context.Context, id domain.AccountID, by domain.KeyID, on domain.Host, body domain.CommandBody) (domain.Reply, error) {
	return e.bus.Do(ctx, domain.Command{
		ID: operatorID(), Account: id, By: by, Via: domain.ViaErasure, Domain: on, Deadline: time.Now().Add(commandTime), Body: body,
	})
}
