package clicks

import (
	"bytes"
	"hash/maphash"
)

// sums adds up clicks by text. An answer looks up tens of thousands of short texts, nearly all
// of which it knows: this takes half the time of a map of strings, and no allocation per text.
type sums struct {
	seed    maphash.Seed
	index   []uint32 // an open hash table of the entries' places + 1
	entries []sumEntry
	texts   []byte // one after another
	limit   int    // of entries
	over    uint64 // of texts that found no room
}

type sumEntry struct {
	hash   uint64
	clicks uint64
	at     uint32 // in texts
	size   uint32
}

func newSums(limit int) *sums {
	return &sums{seed: maphash.MakeSeed(), index: make([]uint32, 256), limit: limit}
}

// add adds clicks to a text.
func (s *sums) add(text []byte, n uint64) {
	hash := maphash.Bytes(s.seed, text)
	mask := uint64(len(s.index) - 1)
	at := hash & mask
	for ; s.index[at] != 0; at = (at + 1) & mask {
		if e := &s.entries[s.index[at]-1]; e.hash == hash && bytes.Equal(s.text(e), text) {
			e.clicks += n
			return
		}
	}
	if len(s.entries) == s.limit {
		s.over += n
		return
	}
	s.entries = append(s.entries, sumEntry{hash, n, uint32(len(s.texts)), uint32(len(text))}) //nolint:gosec // bounded by limit
	s.texts = append(s.texts, text...)
	s.index[at] = uint32(len(s.entries)) //nolint:gosec // likewise
	if 2*len(s.entries) > len(s.index) {
		s.grow()
	}
}

func (s *sums) grow() {
	s.index = make([]uint32, 4*len(s.index))
	mask := uint64(len(s.index) - 1)
	for i := range s.entries {
		at := s.entries[i].hash & mask
		for s.index[at] != 0 {
			at = (at + 1) & mask
		}
		s.index[at] = uint32(i + 1) //nolint:gosec // bounded by limit
	}
}

func (s *sums) text(e *sumEntry) []byte { return s.texts[e.at : e.at+e.size] }
