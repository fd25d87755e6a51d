package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/schemas"
)

// clickSink is where clicks are copied to, one at a time.
type clickSink interface {
	put(f kafka.FoundClick) error
	finish() error          // after the last one: it is all there
	abandon() (left string) // instead, or after finish has failed
}

// rows is a format of files.
type rows interface {
	put(c schemas.ClickJSON) error
	close() error // writes what is left; the file is not closed
}

// fileSink writes beside the file and puts it in its place when all is safe.
type fileSink struct {
	path string
	file *os.File
	rows rows
}

func newFileSink(path string, format func(io.Writer) rows) (*fileSink, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".partial-*")
	if err != nil {
		return nil, fmt.Errorf("make file: %w", err)
	}
	return &fileSink{path, f, format(f)}, nil
}

func (s *fileSink) put(f kafka.FoundClick) error {
	if err := s.rows.put(schemas.NewClickJSON(f.Event)); err != nil {
		return fmt.Errorf("write %s: %w", s.path, err)
	}
	return nil
}

func (s *fileSink) finish() error {
	for _, step := range []func() error{s.rows.close, s.file.Sync, s.file.Close, func() error { return os.Rename(s.file.Name(), s.path) }} {
		if err := step(); err != nil {
			return fmt.Errorf("write %s: %w", s.path, err)
		}
	}
	return nil
}

func (s *fileSink) abandon() string {
	_ = s.file.Close() // it may be closed already
	_ = os.Remove(s.file.Name())
	return s.path + " was not written"
}

// jsonLines is one object a line.
type jsonLines struct {
	buffer *bufio.Writer
	json   *json.Encoder
}

const fileBuffer = 1 << 20

func newJSONLines(w io.Writer) rows {
	b := bufio.NewWriterSize(w, fileBuffer)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return &jsonLines{b, e}
}

func (l *jsonLines) put(c schemas.ClickJSON) error { return l.json.Encode(c) }
func (l *jsonLines) close() error                  { return l.buffer.Flush() }

// parquetRows is Parquet with zstd. Row groups are kept in memory until they are full.
type parquetRows struct {
	writer *parquet.GenericWriter[schemas.ClickJSON]
	one    [1]schemas.ClickJSON
}

const rowGroup = 100_000

func newParquetRows(w io.Writer) rows {
	return &parquetRows{writer: parquet.NewGenericWriter[schemas.ClickJSON](w,
		parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(rowGroup), parquet.CreatedBy("linklog", version(), ""))}
}

func (p *parquetRows) put(c schemas.ClickJSON) error {
	p.one[0] = c
	_, err := p.writer.Write(p.one[:])
	return err
}

func (p *parquetRows) close() error { return p.writer.Close() }

// topicSink writes to a topic in batches.
type topicSink struct {
	ctx     context.Context //nolint:containedctx // the command's: everything here is one command
	topic   string
	shipper *kafka.Shipper
	waiting []schemas.Message
	shipped int64
}

// shipment is how many clicks travel together.
const shipment = 5_000

func newTopicSink(ctx context.Context, c kafka.Config, topic string, more bool, log *slog.Logger) (*topicSink, error) {
	s, err := kafka.NewCopier(c, topic, more, log)
	if err != nil {
		return nil, err
	}
	return &topicSink{ctx: ctx, topic: topic, shipper: s}, nil
}

func (s *topicSink) put(f kafka.FoundClick) error {
	s.waiting = append(s.waiting, schemas.Elsewhere(f.Message))
	if len(s.waiting) < shipment {
		return nil
	}
	return s.flush()
}

func (s *topicSink) flush() error {
	if err := s.shipper.ShipMessages(s.ctx, s.waiting); err != nil {
		return err
	}
	s.shipped += int64(len(s.waiting))
	s.waiting = s.waiting[:0]
	return nil
}

func (s *topicSink) finish() error {
	if err := s.flush(); err != nil {
		return err
	}
	return s.shipper.Close()
}

func (s *topicSink) abandon() string {
	_ = s.shipper.Close() // nothing is on its way
	return fmt.Sprintf("%d clicks are in %s", s.shipped, s.topic)
}
