package links

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

const (
	domainsSQL = `SELECT ` + domainColumns + ` FROM %s.domain WHERE account <> '' ORDER BY host`
	blocksSQL  = `SELECT kind, value, reason, at, by FROM %s.block ORDER BY kind, value`
)

// Domains are all registered short domains.
func (r *Reader) Domains(ctx context.Context) ([]domain.Domain, error) {
	return r.domains(ctx, domainsSQL)
}

// DomainsOf are the short domains that an account registered, verified or not.
func (r *Reader) DomainsOf(ctx context.Context, account domain.AccountID) ([]domain.Domain, error) {
	return r.domains(ctx, `SELECT `+domainColumns+` FROM %s.domain WHERE account = $1 ORDER BY host`, clean(account))
}

// Domain is the short domain of that name; otherwise a domain.NotFound error.
func (r *Reader) Domain(ctx context.Context, host domain.Host) (domain.Domain, error) {
	found, err := r.domains(ctx, `SELECT `+domainColumns+` FROM %s.domain WHERE host = $1 AND account <> ''`, clean(host))
	if err != nil || len(found) > 0 {
		return append(found, domain.Domain{})[0], err
	}
	return domain.Domain{}, domain.Errorf(domain.NotFound, "", "%s is not a registered short domain", host)
}

func (r *Reader) domains(ctx context.Context, sql string, args ...any) (domains []domain.Domain, err error) {
	err = r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		b.Queue(fmt.Sprintf(sql, schema), args...).Query(func(rows pgx.Rows) (err error) {
			domains, err = pgx.CollectRows(rows, scanDomain)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read domains: %w", err)
	}
	return domains, nil
}

// Blocks are all that the operator has put out of use.
func (r *Reader) Blocks(ctx context.Context) (blocks []Blocked, err error) {
	err = r.model.Batch(ctx, func(schema string, b *pgx.Batch) {
		b.Queue(fmt.Sprintf(blocksSQL, schema)).Query(func(rows pgx.Rows) (err error) {
			blocks, err = pgx.CollectRows(rows, scanBlock)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read blocks: %w", err)
	}
	return blocks, nil
}

func scanBlock(row pgx.CollectableRow) (b Blocked, err error) {
	err = row.Scan(&b.Kind, &b.Value, &b.Reason, &b.At, &b.By)
	b.At = b.At.UTC()
	return b, err
}
