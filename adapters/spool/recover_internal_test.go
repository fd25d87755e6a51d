package spool

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const testSize = 8 << 10

// image is the memory of a segment with records of these payloads, and where each record ends.
func image(payloads ...string) (data []byte, ends []int, seed uint32) {
	data = make([]byte, testSize)
	seed = putHeader(data, 1, 2)
	end := firstAt
	for i, p := range payloads {
		word(data, end).Store(taken(len(p), seed))
		c := content{sequence: uint64(i + 1), at: int64(i), link: uint64(i), payload: []byte(p)}
		c.put(data[end:], seed)
		end += room(len(p))
		ends = append(ends, end)
	}
	return data, ends, seed
}

// recovered writes data to a file and recovers it, twice: what was found at first is there the second time.
func recovered(t *testing.T, data []byte) (sequences []uint64, first cursor) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "0000000000000001.clicks")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for again := range 2 {
		g, c, err := recoverSegment(path, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.load(); err != nil {
			t.Fatal(err)
		}
		var got []uint64
		for c := (cursor{data: g.data[:g.end], seed: g.seed, at: g.acked}); ; {
			r, ok := c.next()
			if !ok {
				break
			}
			got = append(got, r.sequence)
		}
		if g.clicks != uint64(len(got)) || g.size != int64(g.end) {
			t.Fatalf("found %d clicks, read %d; ends at %d of %d", g.clicks, len(got), g.end, g.size)
		}
		if again > 0 && !slices.Equal(got, sequences) {
			t.Fatalf("found %v, and then %v", sequences, got)
		}
		if sequences = got; again == 0 {
			first = c
		}
		if err := g.close(); err != nil {
			t.Fatal(err)
		}
	}
	return sequences, first
}

// TestTornAnywhere: wherever a segment is cut, zeroed or overwritten from, the records before are found, and no others.
func TestTornAnywhere(t *testing.T) {
	t.Parallel()
	data, ends, _ := image("one", "", "three and some more", "four", "a fifth, which is the last")
	random := rand.New(rand.NewPCG(1, 2))
	last := ends[len(ends)-1]
	for at := firstAt; at <= last+16; at++ {
		want := 0
		for want < len(ends) && ends[want] <= at {
			want++
		}
		zeroed, garbled := slices.Clone(data), slices.Clone(data)
		clear(zeroed[at:])
		for i := at; i < len(garbled); i++ {
			garbled[i] = byte(random.Uint32())
		}
		for name, torn := range map[string][]byte{"cut": data[:at], "zeroed": zeroed, "garbled": garbled} {
			got, _ := recovered(t, torn)
			if len(got) < want || len(got) > want+1 {
				t.Fatalf("%s at %d: found %v, want %d", name, at, got, want)
			}
			// The bytes that fill a record up, and zeros that are zeros anyway, may go without harm.
			if len(got) == want+1 && (name == "cut" || at <= ends[want]-8) && !slices.Equal(torn[:min(ends[want], len(torn))], data[:ends[want]]) {
				t.Fatalf("%s at %d: found record %d", name, at, want+1)
			}
		}
	}
}

// TestHole: a record that was begun and not finished is skipped by its length, whatever of it was written; those after it are found.
func TestHole(t *testing.T) {
	t.Parallel()
	for _, at := range []int{0, 1, 2} {
		data, ends, seed := image("one", "the second", "third")
		start := append([]int{firstAt}, ends...)[at]
		n := len([]string{"one", "the second", "third"}[at])
		word(data, start).Store(taken(n, seed))
		for done := start + 8; done <= ends[at]; done++ { // killed after so many bytes
			killed := slices.Clone(data)
			clear(killed[done:ends[at]])
			got, c := recovered(t, killed)
			if want := slices.Delete([]uint64{1, 2, 3}, at, at+1); !slices.Equal(got, want) || c.holes != 1 || c.damaged != 0 {
				t.Fatalf("hole %d, killed at %d: %v, %+v", at, done, got, c.holes)
			}
		}
	}
}

// TestDamage: any bit that power loss or a disk turns costs the record it is in, and no other.
func TestDamage(t *testing.T) {
	t.Parallel()
	payloads := []string{"one", "the second", "third", "fourth"}
	data, ends, _ := image(payloads...)
	for bit := 8 * firstAt; bit < 8*ends[3]; bit++ {
		torn := slices.Clone(data)
		torn[bit/8] ^= 1 << (bit % 8)
		hit := slices.IndexFunc(ends, func(end int) bool { return bit/8 < end })
		got, c := recovered(t, torn)
		padding := ends[hit] - room(len(payloads[hit])) + frame + len(payloads[hit])
		switch {
		case bit/8 >= padding && len(got) == 4: // nobody looks at what fills a record up
		case slices.Equal(got, slices.Delete([]uint64{1, 2, 3, 4}, hit, hit+1)) && c.damaged == 1:
		default:
			t.Fatalf("bit %d of byte %d turned: %v, damaged %d", bit%8, bit/8, got, c.damaged)
		}
	}
}

// TestPosition: a position is believed only if it is one; without it all records are sent again.
func TestPosition(t *testing.T) {
	t.Parallel()
	data, ends, seed := image("one", "two", "three")
	for _, c := range []struct {
		name string
		word uint64
		want []uint64
	}{
		{"none", 0, []uint64{1, 2, 3}},
		{"the second", position(ends[1], seed), []uint64{3}},
		{"the last", position(ends[2], seed), nil},
		{"an older one", position(ends[0], seed), []uint64{2, 3}},
		{"another epoch's", position(ends[1], seed+1), []uint64{1, 2, 3}},
		{"before the first", position(8, seed), []uint64{1, 2, 3}},
		{"garbage", 0x0123456789ABCDEF, []uint64{1, 2, 3}},
		{"not there any more", position(testSize*2, seed), nil},
	} {
		binary.NativeEndian.PutUint64(data[positionAt:], c.word)
		if c.name == "not there any more" {
			g, _, err := recoverSegment(write(t, data), 1)
			if err != nil || g.clicks != 0 {
				t.Errorf("%s: %v", c.name, err)
			}
			_ = g.close()
			continue
		}
		if got, _ := recovered(t, data); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func write(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x"+suffix)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// FuzzRecover: no bytes make recovery panic, go round in circles, or read the same thing differently.
func FuzzRecover(f *testing.F) {
	data, ends, seed := image("one", "the second", "third")
	f.Add(data[:ends[2]])
	f.Add(data[:ends[1]+5])
	word(data, ends[0]).Store(taken(10, seed))
	f.Add(data[:ends[2]+100])
	word(data, ends[0]).Store(0)
	f.Add(data[:ends[2]+100])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, records []byte) {
		data := make([]byte, firstAt, firstAt+len(records))
		seed := putHeader(data, 1, 2)
		data = append(data, records...)
		if _, _, _, ok := header(records); ok { // a whole segment
			data, seed = records, binary.NativeEndian.Uint32(records[seedAt:])
		}
		c := cursor{data: data, seed: seed, at: acknowledged(data, seed)}
		var found []string
		last := c.at
		for r, ok := c.next(); ok; r, ok = c.next() {
			if c.at < last+frame || c.at > len(data) {
				t.Fatalf("from %d to %d of %d", last, c.at, len(data))
			}
			last = c.at
			found = append(found, fmt.Sprint(r))
		}
		if c.at > len(data) {
			return // the position was beyond
		}
		again := cursor{data: data[:c.at], seed: seed, at: acknowledged(data, seed)}
		for i := 0; ; i++ {
			r, ok := again.next()
			if ok != (i < len(found)) || ok && fmt.Sprint(r) != found[i] {
				t.Fatalf("record %d: %v, found %v", i, r, found)
			}
			if !ok {
				break
			}
		}
	})
}
