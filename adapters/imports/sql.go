package imports

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// readSQL reads a dump of MySQL's or MariaDB's: what is inserted into the tables that are known by
// the ends of their names. Everything else is passed over.
func readSQL(from io.Reader, known map[string]*table, zone *time.Location, to reading) error {
	p := dump{in: bufio.NewReaderSize(from, 64<<10), line: 1, known: known, zone: zone, to: to, columns: map[string][]string{}}
	for {
		t, err := p.next()
		if errors.Is(err, io.EOF) {
			if !p.found {
				return errors.New("no table is in the dump that is asked for")
			}
			return nil
		}
		if err == nil {
			switch {
			case t.is("INSERT"), t.is("REPLACE"):
				err = p.insert()
			case t.is("CREATE"):
				err = p.create()
			case t.kind != punct || t.text != ";":
				err = p.skip()
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("line %d: %w", p.line, err)
		}
	}
}

// dump reads statements.
type dump struct {
	in      *bufio.Reader
	line    int
	known   map[string]*table   // by the end of a table's name
	columns map[string][]string // of tables that were created
	zone    *time.Location
	to      reading
	found   bool
}

// The kinds of tokens.
const (
	word = iota // keywords, numbers
	name        // `quoted`
	text        // 'quoted'
	punct
)

type token struct {
	kind int
	text string
}

func (t token) is(keyword string) bool { return t.kind == word && strings.EqualFold(t.text, keyword) }

// skip reads to the end of the statement.
func (p *dump) skip() error {
	for {
		t, err := p.next()
		if err != nil || t.kind == punct && t.text == ";" {
			return err
		}
	}
}

// tableName reads a name, with or without its database's before it, up to the token behind it.
func (p *dump) tableName() (table string, behind token, err error) {
	for {
		t, err := p.next()
		if err != nil {
			return "", t, err
		}
		switch {
		case t.kind == punct && t.text != ".", t.is("VALUES"), t.is("VALUE"):
			return table, t, nil
		case t.kind == name || t.kind == word:
			table = t.text // INTO, IF NOT EXISTS and the database are followed by another
		}
	}
}

// create learns the columns of a table.
func (p *dump) create() error {
	t, err := p.next()
	if err != nil {
		return err
	}
	if !t.is("TABLE") {
		return p.skip()
	}
	table, behind, err := p.tableName()
	if err != nil {
		return err
	}
	var columns []string
	begins := behind.text == "("
	for depth := 1; ; {
		t, err := p.next()
		if err != nil {
			return err
		}
		switch {
		case t.kind == punct && t.text == ";":
			p.columns[table] = columns
			return nil
		case t.kind == punct && t.text == "(":
			depth++
		case t.kind == punct && t.text == ")":
			depth--
		case t.kind == name && begins && depth == 1:
			columns = append(columns, t.text)
		}
		begins = t.kind == punct && t.text == "," && depth == 1
	}
}

// insert hands on the rows of a statement, if its table is asked for.
func (p *dump) insert() error {
	table, behind, err := p.tableName()
	if err != nil {
		return err
	}
	columns := p.columns[table]
	if behind.text == "(" {
		if columns, err = p.list(); err != nil {
			return err
		}
		if behind, err = p.next(); err != nil {
			return err
		}
	}
	target := p.tableOf(table)
	if target == nil || !p.to.wants(target) || !behind.is("VALUES") && !behind.is("VALUE") {
		p.found = p.found || target != nil
		return p.skip()
	}
	p.found = true
	places, missing := target.in(columns)
	if len(missing) > 0 {
		return fmt.Errorf("table %s: the column %s is missing", table, strings.Join(missing, ", "))
	}
	return p.rows(target, places)
}

// tableOf is the table asked for whose name ends like this one's.
func (p *dump) tableOf(table string) *table {
	for end, t := range p.known {
		if strings.HasSuffix(strings.ToLower(table), end) {
			return t
		}
	}
	return nil
}

// rows hands on what stands behind VALUES.
func (p *dump) rows(target *table, places map[string]int) error {
	for {
		t, err := p.next()
		switch {
		case err != nil:
			return err
		case t.kind == punct && t.text == ";":
			return nil
		case t.kind == punct && t.text == "(":
			line := p.line
			values, err := p.list()
			if err != nil {
				return err
			}
			if err := p.to.take(target, &row{places: places, values: values, zone: p.zone, line: line}); err != nil {
				return err
			}
		case t.is("ON"): // DUPLICATE KEY UPDATE …
			return p.skip()
		}
	}
}

// list reads values up to the closing parenthesis.
func (p *dump) list() (values []string, err error) {
	value, size := "", 0
	for depth := 1; ; {
		t, err := p.next()
		if err != nil {
			return nil, err
		}
		if size += len(t.text); size > maxRecord {
			return nil, errTooLong
		}
		switch {
		case t.kind == punct && t.text == "(":
			depth++
		case t.kind == punct && t.text == ")":
			if depth--; depth == 0 {
				return append(values, value), nil
			}
		case t.kind == punct && t.text == "," && depth == 1:
			values, value = append(values, value), ""
		case t.kind == punct && t.text == ";":
			return nil, errors.New("a row isn't closed")
		case t.is("NULL"):
			value = null
		case t.kind != punct: // what stands before a text says how it is written: _utf8mb4'…'
			value = t.text
		}
	}
}
