package httpapitest

import (
	"context"

	"github.com/linklog/linklog/domain"
)

// Claim implements what the dashboard asks of the links model.
func (w *World) Claim(_ context.Context, host domain.Host, slug string) (domain.Claim, error) {
	if w.Fault == "reads away" {
		return domain.Claim{}, context.DeadlineExceeded
	}
	return w.State.Claims[w.State.Domains[host].Cases.Key(host, domain.Slug(slug))], nil
}
