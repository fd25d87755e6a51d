package httpapitest

import (
	"context"

	"github.com/linklog/linklog/domain"
)

// Append implements httpapi.ClickImports.
func (w *World) Append(_ context.Context, clicks []domain.Click) error {
	if w.Fault == "log away" {
		return errAway
	}
	w.Imported = append(w.Imported, clicks...)
	if w.Fault == "log silent" { // it has them, and nobody says so
		return errAway
	}
	return nil
}

// Counted implements httpapi.ClickImports as the fold does: by the highest sequence there is.
func (w *World) Counted(_ context.Context, account domain.AccountID, source string, links []domain.LinkNumber) ([]uint64, error) {
	if w.Fault == "reads away" {
		return nil, errAway
	}
	counted := make([]uint64, len(links))
	for i, n := range links {
		node, epoch := domain.ImportedBy(account, n, source)
		for _, c := range w.Imported {
			if c.ID.Node == node && c.ID.Epoch == epoch {
				counted[i] = max(counted[i], c.ID.Sequence+1)
			}
		}
	}
	return counted, nil
}
