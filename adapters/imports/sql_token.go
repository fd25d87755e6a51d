package imports

import (
	"errors"
	"io"
	"strings"
)

// next reads a token, and passes over space and comments. The text of a condition comment, as in
// /*!40101 SET … */, is one too: nothing that is asked for stands there.
func (p *dump) next() (token, error) {
	for {
		c, err := p.read()
		if err != nil {
			return token{}, err
		}
		switch {
		case c <= ' ':
		case c == '#' || c == '-' && p.peek() == '-':
			err = p.pass("\n")
		case c == '/' && p.peek() == '*':
			_, _ = p.read()
			err = p.pass("*/")
		case c == '\'' || c == '"':
			s, err := p.quoted(c)
			return token{text, s}, err
		case c == '`':
			s, err := p.quoted(c)
			return token{name, s}, err
		case strings.IndexByte("(),;.=", c) >= 0:
			return token{punct, string(rune(c))}, nil
		default:
			return p.word(c)
		}
		if err != nil {
			return token{}, err
		}
	}
}

func (p *dump) read() (byte, error) {
	c, err := p.in.ReadByte()
	if c == '\n' {
		p.line++
	}
	return c, err
}

func (p *dump) peek() byte {
	if next, err := p.in.Peek(1); err == nil {
		return next[0]
	}
	return 0
}

// pass reads to the end of a comment.
func (p *dump) pass(end string) error {
	matched := 0
	for matched < len(end) {
		c, err := p.read()
		if err != nil {
			return err
		}
		switch c {
		case end[matched]:
			matched++
		case end[0]:
			matched = 1
		default:
			matched = 0
		}
	}
	return nil
}

// word reads what has no quotes: a keyword, a number, a name.
func (p *dump) word(first byte) (token, error) {
	b := []byte{first}
	for {
		c := p.peek()
		number := b[0] >= '0' && b[0] <= '9' || b[0] == '-'
		if c <= ' ' || strings.IndexByte("(),;='\"`", c) >= 0 || c == '.' && !number {
			return token{word, string(b)}, nil
		}
		if len(b) > maxRecord {
			return token{}, errTooLong
		}
		c, err := p.read()
		if err != nil {
			return token{}, err
		}
		b = append(b, c)
	}
}

// escapes are the letters that mean something else behind a backslash.
var escapes = strings.NewReplacer("0", "\x00", "n", "\n", "r", "\r", "t", "\t", "Z", "\x1a", "b", "\b")

// quoted reads up to the closing quote.
func (p *dump) quoted(quote byte) (string, error) {
	var b []byte
	for {
		c, err := p.read()
		if errors.Is(err, io.EOF) {
			return "", errors.New("a quote isn't closed")
		}
		if err != nil {
			return "", err
		}
		switch {
		case c == quote && p.peek() == quote:
			_, _ = p.read()
		case c == quote:
			return string(b), nil
		case c == '\\' && quote != '`':
			if c, err = p.read(); err != nil {
				return "", errors.New("a quote isn't closed")
			}
			b = append(b, escapes.Replace(string([]byte{c}))...)
			continue
		}
		if len(b) > maxRecord {
			return "", errTooLong
		}
		b = append(b, c)
	}
}
