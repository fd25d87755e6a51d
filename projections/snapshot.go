package projections

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A snapshot is a generation in a file: where a topic doesn't keep everything for ever, it
// stands for what the topic has forgotten. The file, gzipped, is a line of JSON (see
// snapshotHead) and then each table in the line's order, as Postgres copies it in binary, in
// pieces: their size, a uvarint, and their bytes. A piece of size 0 ends a table.

// snapshotFormat is raised when the file's form changes.
const snapshotFormat = 1

// snapshotHead is the first line of a snapshot.
type snapshotHead struct {
	Format  int             `json:"linklog_snapshot"`
	Model   string          `json:"model"`
	Version int             `json:"version"`
	Layout  int             `json:"layout"`
	Next    map[int32]int64 `json:"next_offsets"`
	Tables  []string        `json:"tables"`
}

// ErrSnapshot says that a snapshot can't be used.
var ErrSnapshot = errors.New("the snapshot can't be used")

// WriteSnapshot writes the live generation of a model to w, rows and checkpoints of one
// moment, and returns that generation. The system may go on meanwhile.
func WriteSnapshot(ctx context.Context, pool *pgxpool.Pool, model string, w io.Writer) (g Generation, err error) {
	packed := gzip.NewWriter(w)
	err = pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{BeginQuery: beginSQL}, func(tx pgx.Tx) (err error) {
		if g, err = current(ctx, tx, model); err != nil {
			return fmt.Errorf("find live generation: %w", err)
		}
		head := snapshotHead{Format: snapshotFormat, Model: g.Model, Version: g.Version, Layout: g.Layout, Next: map[int32]int64{}}
		if head.Tables, err = tablesOf(ctx, tx, g.Schema); err != nil {
			return err
		}
		head.Tables = append(head.Tables, "checkpoint")
		at, err := checkpoints(ctx, tx, g.Schema)
		if err != nil {
			return err
		}
		for partition, c := range at {
			head.Next[partition] = c.Next
		}
		if err := json.NewEncoder(packed).Encode(head); err != nil {
			return err
		}
		for _, t := range head.Tables {
			if err := copyOut(ctx, tx, pgx.Identifier{g.Schema, t}, packed); err != nil {
				return fmt.Errorf("write table %s: %w", t, err)
			}
		}
		return nil
	})
	if err == nil {
		err = packed.Close()
	}
	if err != nil {
		return Generation{}, fmt.Errorf("write snapshot of %s: %w", model, err)
	}
	return g, nil
}

func copyOut(ctx context.Context, tx pgx.Tx, table pgx.Identifier, w io.Writer) error {
	if _, err := tx.Conn().PgConn().CopyTo(ctx, pieces{w}, fmt.Sprintf(`COPY %s TO STDOUT (FORMAT binary)`, table.Sanitize())); err != nil {
		return err
	}
	_, err := w.Write([]byte{0})
	return err
}

// pieces writes pieces.
type pieces struct{ w io.Writer }

// Write writes one piece.
func (p pieces) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if _, err := p.w.Write(binary.AppendUvarint(nil, uint64(len(b)))); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}

// ReadSnapshot makes the next generation of a model from a snapshot, all of it or none. A
// rebuild takes that generation up and goes on from its checkpoints. The snapshot must have
// been made with the same layout of tables; what is in it stays as the version that made it
// saw it. Any other snapshot is [ErrSnapshot].
func ReadSnapshot(ctx context.Context, pool *pgxpool.Pool, m Model, r io.Reader) (g Generation, err error) {
	packed, err := gzip.NewReader(r)
	if err != nil {
		return Generation{}, fmt.Errorf("read snapshot: %w: %w", ErrSnapshot, err)
	}
	in := bufio.NewReader(packed)
	head, err := readHead(in, m)
	if err != nil {
		return Generation{}, fmt.Errorf("read snapshot: %w", err)
	}
	err = inCatalog(ctx, pool, func(tx pgx.Tx) (err error) {
		if _, err := dropAll(ctx, tx, m.Name, stateNext, ""); err != nil {
			return err
		}
		if g, err = create(ctx, tx, m, stateNext); err != nil {
			return err
		}
		tables, err := tablesOf(ctx, tx, g.Schema)
		if err != nil {
			return err
		}
		if want := slices.Concat(tables, []string{"checkpoint"}); !slices.Equal(want, head.Tables) {
			return fmt.Errorf("it holds the tables %v, not %v: %w", head.Tables, want, ErrSnapshot)
		}
		for _, t := range head.Tables {
			if err := copyIn(ctx, tx, pgx.Identifier{g.Schema, t}, in); err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
		}
		if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
			return fmt.Errorf("it goes on behind its end: %w", ErrSnapshot)
		}
		return nil
	})
	if err != nil {
		return Generation{}, fmt.Errorf("read snapshot of %s: %w", m.Name, err)
	}
	return g, nil
}

func readHead(in *bufio.Reader, m Model) (head snapshotHead, err error) {
	line, err := in.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &head)
	}
	switch {
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrSnapshot, err)
	case head.Format != snapshotFormat:
		err = fmt.Errorf("it has format %d, not %d: %w", head.Format, snapshotFormat, ErrSnapshot)
	case head.Model != m.Name:
		err = fmt.Errorf("it is of the read model %q, not %q: %w", head.Model, m.Name, ErrSnapshot)
	case head.Layout != m.Layout:
		err = fmt.Errorf("its tables have layout %d, this program's have %d (restore it with the program that made it): %w", head.Layout, m.Layout, ErrSnapshot)
	}
	return head, err
}

func copyIn(ctx context.Context, tx pgx.Tx, table pgx.Identifier, in *bufio.Reader) error {
	p := &pieceReader{in: in}
	_, err := tx.Conn().PgConn().CopyFrom(ctx, p, fmt.Sprintf(`COPY %s FROM STDIN (FORMAT binary)`, table.Sanitize()))
	if err == nil && !p.ended {
		err = fmt.Errorf("it ends early: %w", ErrSnapshot)
	}
	return err
}

// pieceReader reads the pieces of one table.
type pieceReader struct {
	in    *bufio.Reader
	left  uint64 // of the piece
	ended bool
}

// Read reads up to the end of the table.
func (p *pieceReader) Read(b []byte) (int, error) {
	if p.ended {
		return 0, io.EOF
	}
	if p.left == 0 {
		size, err := binary.ReadUvarint(p.in)
		if err != nil {
			return 0, fmt.Errorf("it breaks off: %w: %w", ErrSnapshot, err)
		}
		if size == 0 {
			p.ended = true
			return 0, io.EOF
		}
		p.left = size
	}
	n, err := p.in.Read(b[:min(uint64(len(b)), p.left)])
	p.left -= uint64(n) //nolint:gosec // never negative
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("it breaks off: %w: %w", ErrSnapshot, io.ErrUnexpectedEOF)
	}
	return n, err
}
