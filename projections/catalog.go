package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Checkpoint is how far a partition is applied.
type Checkpoint struct {
	Next int64 // the first offset that is not applied
	Mark int64 // what waiters wait for
}

// Kept is a generation that there is.
type Kept struct {
	Generation

	Use         string // live, next (being filled), old (was live), scratch (for a comparison)
	Created     time.Time
	Bytes       int64 // on disk, with indexes
	Checkpoints map[int32]Checkpoint
}

// Generations lists the generations of all models, each model's in the order they were made.
func Generations(ctx context.Context, pool *pgxpool.Pool) ([]Kept, error) {
	rows, _ := pool.Query(ctx, `
		SELECT g.model, g.schema, g.version, g.layout, g.created,
			CASE WHEN c.schema IS NOT NULL THEN 'live' WHEN g.state = 'served' THEN 'old' ELSE g.state END,
			(SELECT coalesce(sum(pg_total_relation_size(t.oid)), 0)::bigint FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
				WHERE n.nspname = g.schema AND t.relkind = 'r')
		FROM projections.generation g LEFT JOIN projections.current_generation c USING (schema)
		WHERE g.state <> 'dropped' ORDER BY g.model, g.number`)
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k Kept, err error) {
		return k, row.Scan(&k.Model, &k.Schema, &k.Version, &k.Layout, &k.Created, &k.Use, &k.Bytes)
	})
	if isMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list generations: %w", err)
	}
	for i := range all {
		if all[i].Checkpoints, err = checkpoints(ctx, pool, all[i].Schema); err != nil && !isMissing(err) { // dropped meanwhile
			return nil, err
		}
	}
	return all, nil
}

// queryer is a pool or a transaction.
type queryer interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func checkpoints(ctx context.Context, q queryer, schema string) (map[int32]Checkpoint, error) {
	all := map[int32]Checkpoint{}
	var partition int32
	var c Checkpoint
	rows, _ := q.Query(ctx, fmt.Sprintf(`SELECT partition, next, mark FROM %s.checkpoint`, schema))
	_, err := pgx.ForEachRow(rows, []any{&partition, &c.Next, &c.Mark}, func() error { all[partition] = c; return nil })
	if err != nil {
		return nil, fmt.Errorf("read checkpoints of %s: %w", schema, err)
	}
	return all, nil
}

// find returns the newest generation of a model that is in a state and is not live.
func find(ctx context.Context, tx pgx.Tx, model, state string) (Generation, error) {
	g := Generation{Model: model}
	err := tx.QueryRow(ctx, `
		SELECT schema, version, layout FROM projections.generation g
		WHERE model = $1 AND state = $2 AND NOT EXISTS (SELECT FROM projections.current_generation c WHERE c.schema = g.schema)
		ORDER BY number DESC LIMIT 1`, model, state).Scan(&g.Schema, &g.Version, &g.Layout)
	return g, err
}

// dropAll drops the generations of a model that are in a state and not live, but for one.
func dropAll(ctx context.Context, tx pgx.Tx, model, state, but string) ([]Generation, error) {
	rows, _ := tx.Query(ctx, `
		SELECT schema, version, layout FROM projections.generation g
		WHERE model = $1 AND state = $2 AND schema <> $3
			AND NOT EXISTS (SELECT FROM projections.current_generation c WHERE c.schema = g.schema)
		ORDER BY number`, model, state, but)
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Generation, error) {
		g := Generation{Model: model}
		return g, row.Scan(&g.Schema, &g.Version, &g.Layout)
	})
	if err != nil {
		return nil, fmt.Errorf("find generations to drop: %w", err)
	}
	for _, g := range all {
		if err := drop(ctx, tx, g); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func drop(ctx context.Context, tx pgx.Tx, g Generation) error {
	_, err := tx.Exec(ctx, fmt.Sprintf(`DROP SCHEMA IF EXISTS %s CASCADE`, g.Schema))
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE projections.generation SET state = $2 WHERE schema = $1`, g.Schema, stateDropped)
	}
	if err != nil {
		return fmt.Errorf("drop %s: %w", g.Schema, err)
	}
	return nil
}

// DropOld drops the generations of a model that were live once; there is nothing to go back to
// then. It returns what it dropped.
func DropOld(ctx context.Context, pool *pgxpool.Pool, model string) (dropped []Generation, err error) {
	err = inCatalog(ctx, pool, func(tx pgx.Tx) (err error) {
		dropped, err = dropAll(ctx, tx, model, stateServed, "")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("drop old generations of %s: %w", model, err)
	}
	return dropped, nil
}

// errHeld says that another process holds a lock.
var errHeld = errors.New("held by another process")

// lock is a lock of the database that ends with the process that holds it.
type lock struct{ conn *pgx.Conn }

// lockClass keeps these locks apart from those of other programs.
const lockClass = 0x6c696e6b

func takeLock(ctx context.Context, pool *pgxpool.Pool, name string) (*lock, error) {
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("connect to lock %s: %w", name, err)
	}
	var taken bool
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, hashtext($2))`, int32(lockClass), name).Scan(&taken)
	if err == nil && !taken {
		err = errHeld
	}
	if err != nil {
		_ = conn.Close(context.WithoutCancel(ctx)) // it has told what is wrong
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	return &lock{conn}, nil
}

// release ends the lock, and its connection, also when ctx has ended.
func (l *lock) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	// The server would release it anyway, but perhaps only after somebody else has asked.
	_, _ = l.conn.Exec(ctx, `SELECT pg_advisory_unlock_all()`)
	_ = l.conn.Close(ctx) // closed in any case
}
