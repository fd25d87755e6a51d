package links

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// Numbers are the links of an account that are not deleted, on a domain or its subdomains if
// one is given: what is summed up for all of them is summed up by number.
func (r *Reader) Numbers(ctx context.Context, account domain.AccountID, on domain.Host) (all []domain.LinkNumber, err error) {
	err = r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		b.Queue(fmt.Sprintf(`SELECT number FROM %s.link
			WHERE account = $1 AND status <> 1 AND host <> '' AND ($2 IN ('', domain, host)) ORDER BY number`, schema),
			clean(account), clean(on)).Query(func(rows pgx.Rows) (err error) {
			all, err = pgx.CollectRows(rows, pgx.RowTo[domain.LinkNumber])
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list link numbers: %w", err)
	}
	return all, nil
}
