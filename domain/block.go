package domain

import (
	"slices"
	"strings"
)

// BlockKind says what kind of thing is blocked.
type BlockKind uint8

// The kinds. They are kept in events: the list is append-only.
const (
	BlockHost    BlockKind = iota + 1 // destinations on it or below it
	BlockAccount                      // none of its links work, and it can't write
	BlockLink                         // Value: the link's id
)

// Block is something that an operator has put out of use.
type Block struct {
	Kind  BlockKind
	Value string
}

var blockKinds = []string{"", "host", "account", "link"}

// String is the kind's name in commands of operators.
func (k BlockKind) String() string {
	if int(k) < len(blockKinds) {
		return blockKinds[k]
	}
	return ""
}

// ParseBlock reads what an operator wants to put out of use: a host, an account or a link.
func ParseBlock(kind, value string) (Block, error) {
	b := Block{Kind: BlockKind(max(slices.Index(blockKinds, kind), 0)), Value: strings.TrimSpace(value)}
	if b.Kind == BlockHost {
		h, err := ParseHost(b.Value)
		if err != nil {
			return Block{}, renamed(err, "value")
		}
		b.Value = string(h)
	}
	return b, b.check()
}

// check refuses what could not be blocked, or would lock the operator out.
func (b Block) check() error {
	switch b.Kind {
	case BlockHost:
		if h, err := ParseHost(b.Value); err != nil || string(h) != b.Value {
			return Errorf(Validation, "value", "value %q is not a host in lower-case ASCII", b.Value)
		}
	case BlockLink:
		if _, err := ParseLinkNumber(b.Value); err != nil {
			return Errorf(Validation, "value", "value %q is not a link's id", b.Value)
		}
	case BlockAccount:
		if b.Value == "" || b.Value == string(SystemAccount) {
			return Errorf(Validation, "value", "value must be an account of a customer")
		}
	default:
		return Errorf(Validation, "kind", "kind must be host, account or link")
	}
	return nil
}

// blocks are what may be blocked so that h is: itself, what it is part of, up to the last label.
func (h Host) blocks() []Block {
	all := []Block{{BlockHost, string(h)}}
	for h = h.above(); h != ""; h = h.above() {
		all = append(all, Block{BlockHost, string(h)})
	}
	return all
}
