package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Model is a read model as the code knows it.
type Model struct {
	Name    string // lower-case letters: it becomes part of a schema's name
	Version int    // raised whenever the same log would give other rows
	Layout  int    // raised when rows are kept in another form, so that today's fold can't add to yesterday's tables
	SQL     string // creates the tables, with unqualified names
}

// feeds tells whether m's fold can add to g's tables. One of an older version gets rows as the
// new version makes them, which beats getting none until the rebuild is done.
func (m Model) feeds(g Generation) bool {
	return g.Version == m.Version || g.Version < m.Version && g.Layout == m.Layout
}

// Generation is a physical schema that holds one filling of a read model.
type Generation struct {
	Model   string
	Schema  string
	Version int // of the model that made it
	Layout  int // likewise
}

// ErrNeedsRebuild says that the live generation was made by another version of the model.
var ErrNeedsRebuild = errors.New("read model needs a rebuild")

const catalogSQL = `
CREATE SCHEMA IF NOT EXISTS projections;
CREATE TABLE IF NOT EXISTS projections.generation (
	schema  text PRIMARY KEY,
	model   text NOT NULL,
	number  int  NOT NULL,
	version int  NOT NULL,
	layout  int  NOT NULL,
	state   text NOT NULL, -- next: being filled; served: is or was live; scratch: for a comparison; dropped
	created timestamptz NOT NULL DEFAULT now(),
	UNIQUE (model, number)
);
CREATE TABLE IF NOT EXISTS projections.current_generation (
	model  text PRIMARY KEY,
	schema text NOT NULL REFERENCES projections.generation,
	swaps  bigint NOT NULL DEFAULT 0 -- grows with every change, so that news of two changes can be put in order
);`

// checkpointSQL makes the checkpoints of a generation. The row is updated with every batch:
// room on its page keeps those updates from touching the index.
const checkpointSQL = `
CREATE TABLE checkpoint (
	partition int PRIMARY KEY,
	next      bigint NOT NULL, -- the first offset that is not applied
	mark      bigint NOT NULL  -- what waiters wait for
) WITH (fillfactor = 10);`

// What a generation is for. Which one is live only current_generation tells. Those that were
// dropped are remembered, so that no schema's name ever means two generations.
const (
	stateNext    = "next"
	stateServed  = "served"
	stateScratch = "scratch"
	stateDropped = "dropped"
)

// catalogLock is the advisory lock under which generations are made and swapped.
const catalogLock = 0x6c696e6b6c6f67 // "linklog"

// Live returns the live generation of a model. Before the first one is made, the error is
// [pgx.ErrNoRows].
func Live(ctx context.Context, pool *pgxpool.Pool, model string) (Generation, error) {
	g, err := current(ctx, pool, model)
	if isMissing(err) {
		err = pgx.ErrNoRows
	}
	if err != nil {
		return Generation{}, fmt.Errorf("find live generation of %s: %w", model, err)
	}
	return g, nil
}

// Ensure returns the live generation of a model and makes the first one if there is none.
// Any number of processes may call it at once. If the live generation was made by another
// version of the model, it is returned together with [ErrNeedsRebuild]: it can be read, but
// m's fold must not write to it.
func Ensure(ctx context.Context, pool *pgxpool.Pool, m Model) (Generation, error) {
	var live Generation
	err := inCatalog(ctx, pool, func(tx pgx.Tx) error {
		var err error
		live, err = current(ctx, tx, m.Name)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if live, err = create(ctx, tx, m, stateServed); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO projections.current_generation (model, schema) VALUES ($1, $2)`, m.Name, live.Schema)
		return err
	})
	if err != nil {
		return Generation{}, fmt.Errorf("ensure read model %s: %w", m.Name, err)
	}
	if live.Version != m.Version {
		return live, fmt.Errorf("%s holds version %d of read model %s, this program writes version %d: %w",
			live.Schema, live.Version, m.Name, m.Version, ErrNeedsRebuild)
	}
	return live, nil
}

// Create makes a new, empty generation beside the live one.
func Create(ctx context.Context, pool *pgxpool.Pool, m Model) (Generation, error) {
	var g Generation
	err := inCatalog(ctx, pool, func(tx pgx.Tx) (err error) {
		g, err = create(ctx, tx, m, stateNext)
		return err
	})
	if err != nil {
		return Generation{}, fmt.Errorf("create generation of %s: %w", m.Name, err)
	}
	return g, nil
}

// inCatalog runs f in a transaction that nobody else changes generations in.
func inCatalog(ctx context.Context, pool *pgxpool.Pool, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(catalogLock)); err != nil {
			return fmt.Errorf("lock generations: %w", err)
		}
		if _, err := tx.Exec(ctx, catalogSQL); err != nil {
			return fmt.Errorf("create catalog of generations: %w", err)
		}
		return f(tx)
	})
}

// querier is a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func current(ctx context.Context, tx querier, model string) (Generation, error) {
	g := Generation{Model: model}
	err := tx.QueryRow(ctx, `
		SELECT g.schema, g.version, g.layout FROM projections.current_generation c JOIN projections.generation g USING (schema)
		WHERE c.model = $1`, model).Scan(&g.Schema, &g.Version, &g.Layout)
	return g, err
}

func create(ctx context.Context, tx pgx.Tx, m Model, state string) (Generation, error) {
	if !validName(m.Name) {
		return Generation{}, fmt.Errorf("model name %q must be lower-case letters", m.Name)
	}
	var number int
	err := tx.QueryRow(ctx, `SELECT coalesce(max(number), 0) + 1 FROM projections.generation WHERE model = $1`, m.Name).Scan(&number)
	if err != nil {
		return Generation{}, fmt.Errorf("number generation: %w", err)
	}
	g := Generation{Model: m.Name, Schema: fmt.Sprintf("%s_%d", m.Name, number), Version: m.Version, Layout: m.Layout}
	_, err = tx.Exec(ctx, `INSERT INTO projections.generation (schema, model, number, version, layout, state) VALUES ($1, $2, $3, $4, $5, $6)`,
		g.Schema, g.Model, number, g.Version, g.Layout, state)
	if err != nil {
		return Generation{}, fmt.Errorf("record generation: %w", err)
	}
	// Names in m.SQL are unqualified; they land in the first schema of the path.
	ddl := fmt.Sprintf("CREATE SCHEMA %[1]s; SET LOCAL search_path TO %[1]s;", g.Schema) + checkpointSQL + m.SQL +
		"; SET LOCAL search_path TO DEFAULT"
	if _, err := tx.Exec(ctx, ddl); err != nil {
		return Generation{}, fmt.Errorf("create tables of %s: %w", g.Schema, err)
	}
	return g, nil
}

func validName(s string) bool {
	return s != "" && !slices.ContainsFunc([]byte(s), func(c byte) bool { return c < 'a' || c > 'z' })
}
