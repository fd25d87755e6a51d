package domain

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"
)

// LinkNumber identifies a link for ever: below 2^53, so that it survives JSON; unique by
// construction, so that no table is asked; scrambled, so that nobody guesses a neighbour.
// Zero is no link.
type LinkNumber uint64

// Bits of a link number: the partition that made it above, a scrambled counter below.
const (
	numberBits    = 53
	counterBits   = 43
	MaxPartitions = 1<<(numberBits-counterBits) - 1 // partition+1 must fit; zero stays free
)

// String is the number's native shape, as in lnk_7f3k9x.
func (n LinkNumber) String() string { return linkPrefix + strconv.FormatUint(uint64(n), 36) }

const linkPrefix = "lnk_"

// ParseLinkNumber reads what String writes, and nothing else: one link has one id.
func ParseLinkNumber(id string) (LinkNumber, error) {
	digits, ok := strings.CutPrefix(id, linkPrefix)
	n, err := strconv.ParseUint(digits, 36, numberBits)
	if !ok || err != nil || n < 1<<counterBits || LinkNumber(n).String() != id { // below: no partition
		return 0, Errorf(NotFound, "", "no link has the id %q", id)
	}
	return LinkNumber(n), nil
}

// Partition is the partition of links.commands and links.events that the link lives in.
func (n LinkNumber) Partition() int32 { return int32(n>>counterBits) - 1 } //nolint:gosec // ten bits

// Numbering hands out the link numbers of one partition. Secret keeps them from being
// guessed; it must never change, or numbers could repeat.
type Numbering struct {
	Partition int32
	Secret    []byte
}

// Number is the link number for the partition's counter (1, 2, …): a permutation, so two
// counters never meet.
func (g Numbering) Number(counter uint64) LinkNumber {
	x := counter
	for {
		x = g.permute(x)
		if x < 1<<counterBits { // the network is one bit wider than the counter: walk until inside
			return LinkNumber(uint64(g.Partition+1)<<counterBits | x) //nolint:gosec // never negative
		}
	}
}

const half = (counterBits + 1) / 2

// permute is a four-round Feistel network over 2*half bits.
func (g Numbering) permute(x uint64) uint64 {
	const mask = 1<<half - 1
	l, r := x>>half&mask, x&mask
	for round := range byte(4) {
		l, r = r, l^(g.round(round, r)&mask)
	}
	return l<<half | r
}

func (g Numbering) round(n byte, x uint64) uint64 {
	in := append([]byte{n}, g.Secret...)
	in = binary.BigEndian.AppendUint64(in, x)
	in = binary.BigEndian.AppendUint32(in, uint32(g.Partition)) //nolint:gosec // only mixed in
	sum := sha256.Sum256(in)
	return binary.BigEndian.Uint64(sum[:])
}

// PartitionOf places a key among n partitions (FNV-1a). Every producer and reader of a keyed
// topic uses this one function: a slug's partition must be known without asking Kafka.
func PartitionOf(key string, n int32) int32 {
	h := uint32(2166136261)
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return int32(h % uint32(n)) //nolint:gosec // n is a partition count
}
