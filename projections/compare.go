package projections

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"
)

// comparison finds the rows in which two generations differ.
type comparison struct {
	live, log side
	limit     int
	found     *Verification
}

// side is a generation seen in a transaction.
type side struct {
	tx     pgx.Tx
	schema string
}

func (c *comparison) run(ctx context.Context) error {
	tables, err := tablesOf(ctx, c.log.tx, c.log.schema)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := c.table(ctx, t); err != nil {
			return fmt.Errorf("compare table %s: %w", t, err)
		}
	}
	return nil
}

// table compares sums first: mostly that is all there is to do.
func (c *comparison) table(ctx context.Context, table string) error {
	expected, sum, err := c.log.sum(ctx, table)
	if err != nil {
		return err
	}
	c.found.Rows += expected
	if _, same, err := c.live.sum(ctx, table); err != nil || same == sum {
		return err
	}
	keys, err := c.differing(ctx, table)
	if err != nil || len(keys) == 0 {
		return err
	}
	here, err := c.live.rows(ctx, table, keys)
	if err != nil {
		return err
	}
	there, err := c.log.rows(ctx, table, keys)
	if err != nil {
		return err
	}
	for _, k := range keys {
		live, log := onlyDifferent(here[k], there[k])
		c.found.Differences = append(c.found.Differences, Difference{table, k, live, log})
	}
	return nil
}

// differing counts the rows that differ, and returns the keys of as many as are to be told.
func (c *comparison) differing(ctx context.Context, table string) (keys []string, err error) {
	here, err := c.live.walk(ctx, table)
	if err != nil {
		return nil, err
	}
	defer here.close()
	there, err := c.log.walk(ctx, table)
	if err != nil {
		return nil, err
	}
	defer there.close()
	for here.more && there.more || here.more || there.more {
		key, same := here.key, false
		switch {
		case !there.more || here.more && here.key < there.key:
			here.next()
		case !here.more || there.key < here.key:
			key = there.key
			there.next()
		default:
			same = here.hash == there.hash
			here.next()
			there.next()
		}
		if !same {
			c.found.Different++
			if len(c.found.Differences)+len(keys) < c.limit {
				keys = append(keys, key)
			}
		}
	}
	return keys, errors.Join(here.rows.Err(), there.rows.Err())
}

func (s side) name(table string) string { return pgx.Identifier{s.schema, table}.Sanitize() }

// sum is how many rows there are, and what tells their whole from another.
func (s side) sum(ctx context.Context, table string) (rows int64, sum string, err error) {
	err = s.tx.QueryRow(ctx, `SELECT count(*), count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM `+s.name(table)+` t`).
		Scan(&rows, &sum)
	if err != nil {
		return 0, "", fmt.Errorf("sum up: %w", err)
	}
	return rows, sum, nil
}

// keyOf is an expression for the primary key of a row t; without one the row is its own key.
func (s side) keyOf(ctx context.Context, table string) (string, error) {
	rows, _ := s.tx.Query(ctx, `
		SELECT quote_ident(a.attname) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
		WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY array_position(i.indkey::int2[], a.attnum)`, s.name(table))
	columns, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", fmt.Errorf("find key: %w", err)
	}
	switch len(columns) {
	case 0:
		return "t::text", nil
	case 1:
		return "t." + columns[0] + "::text", nil
	}
	return "ROW(t." + strings.Join(columns, ", t.") + ")::text", nil
}

// walk goes through a table by key, in an order that both sides share.
func (s side) walk(ctx context.Context, table string) (*walk, error) {
	key, err := s.keyOf(ctx, table)
	if err != nil {
		return nil, err
	}
	rows, err := s.tx.Query(ctx, fmt.Sprintf(`SELECT %s COLLATE "C" AS key, hashtextextended(t::text, 0) FROM %s t ORDER BY 1`, key, s.name(table)))
	if err != nil {
		return nil, fmt.Errorf("walk: %w", err)
	}
	w := &walk{rows: rows}
	w.next()
	return w, nil
}

type walk struct {
	rows pgx.Rows
	more bool
	key  string
	hash int64
}

func (w *walk) next() {
	if w.more = w.rows.Next(); w.more {
		w.more = w.rows.Scan(&w.key, &w.hash) == nil // an error ends the rows, and is theirs
	}
}

func (w *walk) close() { w.rows.Close() }

// rows are the rows with the given keys, by column.
func (s side) rows(ctx context.Context, table string, keys []string) (map[string]map[string]any, error) {
	key, err := s.keyOf(ctx, table)
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]any{}
	var k string
	var text []byte
	rows, _ := s.tx.Query(ctx, fmt.Sprintf(`SELECT %[1]s, to_jsonb(t)::text FROM %[2]s t WHERE %[1]s = ANY($1)`, key, s.name(table)), keys)
	_, err = pgx.ForEachRow(rows, []any{&k, &text}, func() error {
		var row map[string]any
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		err := d.Decode(&row)
		all[k] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return all, nil
}

// onlyDifferent leaves out the columns in which both rows agree, if both exist.
func onlyDifferent(live, log map[string]any) (map[string]any, map[string]any) {
	if live == nil || log == nil {
		return live, log
	}
	for column, v := range live {
		if reflect.DeepEqual(v, log[column]) {
			delete(live, column)
			delete(log, column)
		}
	}
	return live, log
}
