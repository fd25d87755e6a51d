package imports

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"time"
)

// readCSV reads a file of comma-separated values, or of semicolons or tabs.
func readCSV(from io.Reader, all tables, zone *time.Location, to reading) error {
	in := bufio.NewReaderSize(from, 64<<10)
	if start, _ := in.Peek(3); bytes.Equal(start, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	} else if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return errors.New("the file is UTF-16: save it as UTF-8")
	}
	first, _ := in.Peek(8 << 10) // shorter, if there isn't more
	bounded := &boundedReader{from: in}
	r := csv.NewReader(bounded)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = comma(first), true, -1, true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty")
	}
	if err != nil {
		return fmt.Errorf("read header: %w", err)
	}
	table, places, err := all.find(header)
	if err != nil {
		return err
	}
	if !to.wants(table) {
		return nil
	}
	columns := len(header)
	for {
		bounded.used = 0
		values, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read row: %w", err)
		}
		line, _ := r.FieldPos(0)
		one := row{places: places, values: values, zone: zone, line: line}
		if len(values) > columns {
			err = to.broken(table, one.at(fmt.Errorf("%d columns instead of %d", len(values), columns)))
		} else {
			err = to.take(table, &one)
		}
		if err != nil {
			return err
		}
	}
}

// broken hands on a row that means nothing.
func (g reading) broken(t *table, err error) error {
	if t.link != nil {
		return g.link(Link{Err: err})
	}
	return g.click(Click{Err: err})
}

// comma is what a file's header separates its columns with.
func comma(start []byte) rune {
	if end := bytes.IndexByte(start, '\n'); end >= 0 {
		start = start[:end]
	}
	best, most := ',', bytes.Count(start, []byte(","))
	for _, r := range ";\t" {
		if n := bytes.Count(start, []byte(string(r))); n > most {
			best, most = r, n
		}
	}
	return best
}

// boundedReader refuses records that are too long.
type boundedReader struct {
	from io.Reader
	used int // of the record
}

// Read implements io.Reader.
func (b *boundedReader) Read(p []byte) (int, error) {
	if b.used > maxRecord {
		return 0, errTooLong
	}
	n, err := b.from.Read(p)
	b.used += n
	return n, err
}
