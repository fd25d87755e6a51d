package links

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/domain"
)

// claimSQL is [bySlugSQL] for a slug that may rest, and of which only the digest may be left.
const claimSQL = `SELECT c.link, c.account, c.freed FROM (VALUES (1)) AS always (one)
	LEFT JOIN LATERAL (SELECT cases FROM %[1]s.domain WHERE host = ANY($4) AND (account <> '' OR used) ORDER BY length(host) DESC LIMIT 1) d ON true
	CROSS JOIN LATERAL (SELECT CASE d.cases WHEN 1 THEN $3 ELSE $2 END AS key) wanted
	CROSS JOIN LATERAL (
		SELECT link, account, freed FROM %[1]s.claim WHERE host = $1 AND claim.key = wanted.key
		UNION ALL SELECT link, account, freed FROM %[1]s.sealed_slug WHERE digest = substring(sha256(convert_to($1 || '/' || wanted.key, 'UTF8')) FOR 16)) c
	ORDER BY c.freed IS NULL DESC LIMIT 1`

// Claim is who has a slug of a host, or had it last, in whatever spelling the domain takes for the
// same; its zero value if nobody ever had it.
func (r *Reader) Claim(ctx context.Context, host domain.Host, slug string) (claim domain.Claim, err error) {
	var found bool
	err = r.first(ctx, &found, claimSQL, []any{clean(host), clean(slug), strings.ToLower(clean(slug)), parents(host)}, func(row pgx.CollectableRow) error {
		var link int64
		var account string
		var freed *time.Time
		if err := row.Scan(&link, &account, &freed); err != nil {
			return err
		}
		claim = domain.Claim{Link: number(link), Account: domain.AccountID(account), Freed: instant(freed)}
		return nil
	})
	if err != nil {
		return domain.Claim{}, fmt.Errorf("read claim of slug: %w", err)
	}
	if !found {
		return domain.Claim{}, nil
	}
	return claim, nil
}
