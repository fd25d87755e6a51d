package spool

import (
	"encoding/binary"
	"hash/crc32"
	"sync/atomic"
	"unsafe"
)

// A segment is a file:
//
//	 0  magic, 8 bytes
//	 8  node
//	16  epoch
//	24  checksum of the 24 bytes before; the segment's seed
//	32  position: how far its records are acknowledged
//	64  records, one after the other, each at a multiple of 8
//
// and a record is:
//
//	 0  word: mark (1 byte), length of the payload (3 bytes), check (4 bytes)
//	 8  sequence
//	16  time of the click, in nanoseconds since 1970
//	24  link
//	32  payload, then zeros up to a multiple of 8
//
// Numbers are in the machine's order: a spool isn't carried to another kind of machine. A file is made of zeros, so a word of zero is
// room that nobody took. When the place of a record is taken its word says so, with the length and a check over the two; when the rest is
// written the word is replaced, in one store, by one whose check is over the whole record. Whoever reads a place that was taken and
// never finished knows how far to skip.
const (
	magic = "LINKSPL1"

	seedAt     = 24
	positionAt = 32
	firstAt    = 64
	frame      = 32

	markTaken = 0xA5
	markWhole = 0x3C

	// MaxPayload is the longest a click may be when it is encoded, in bytes. What [domain.Click] allows is far below.
	MaxPayload = 1<<16 - 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// room is the length of a record with a payload of n bytes.
func room(n int) int { return (frame + n + 7) &^ 7 }

// putHeader writes the start of a segment and returns its seed.
func putHeader(b []byte, node, epoch uint64) uint32 {
	copy(b, magic)
	binary.NativeEndian.PutUint64(b[8:], node)
	binary.NativeEndian.PutUint64(b[16:], epoch)
	seed := crc32.Checksum(b[:seedAt], castagnoli)
	binary.NativeEndian.PutUint32(b[seedAt:], seed)
	return seed
}

// header reads the start of a segment.
func header(b []byte) (node, epoch uint64, seed uint32, ok bool) {
	if len(b) < firstAt || string(b[:len(magic)]) != magic {
		return 0, 0, 0, false
	}
	seed = binary.NativeEndian.Uint32(b[seedAt:])
	ok = seed == crc32.Checksum(b[:seedAt], castagnoli)
	return binary.NativeEndian.Uint64(b[8:]), binary.NativeEndian.Uint64(b[16:]), seed, ok
}

// checked puts a number and a check over it into one word.
func checked(low, seed uint32) uint64 {
	return uint64(low) | uint64(seed^(low*0x9E3779B1))<<32
}

// taken is the word of a record that has its place.
func taken(n int, seed uint32) uint64 { return checked(uint32(n)<<8|markTaken, seed) }

// whole is the word of the record in b, its length included.
func whole(b []byte, n int, seed uint32) uint64 {
	return uint64(n)<<8 | markWhole | uint64(crc32.Update(seed, castagnoli, b[8:frame+n]))<<32
}

// position is the word that says that all before offset is acknowledged.
func position(offset int, seed uint32) uint64 { return checked(uint32(offset), seed) }

// acknowledged reads the position of a segment; what isn't one is the start.
func acknowledged(b []byte, seed uint32) int {
	w := binary.NativeEndian.Uint64(b[positionAt:])
	if offset := int(uint32(w)); w == position(offset, seed) && offset >= firstAt && offset%8 == 0 {
		return offset
	}
	return firstAt
}

// word is a place of mapped memory that is read and written at once. At must be a multiple of 8.
func word(b []byte, at int) *atomic.Uint64 {
	return (*atomic.Uint64)(unsafe.Pointer(&b[at])) //nolint:gosec // mapped memory has no type
}

// content is what a record holds.
type content struct {
	sequence uint64
	at       int64
	link     uint64
	payload  []byte // in the segment's memory
}

// put writes a record into b, whose word says that the place is taken, and last the word that makes it count.
func (c *content) put(b []byte, seed uint32) {
	binary.NativeEndian.PutUint64(b[8:], c.sequence)
	binary.NativeEndian.PutUint64(b[16:], uint64(c.at))
	binary.NativeEndian.PutUint64(b[24:], c.link)
	copy(b[frame:], c.payload)
	word(b, 0).Store(whole(b, len(c.payload), seed))
}

// cursor reads the records of a segment that nobody writes, whatever became of it.
type cursor struct {
	data    []byte // up to where to read
	seed    uint32
	at      int    // after the last record or hole
	holes   uint64 // places that were taken and never finished
	damaged uint64 // stretches that hold no records, though they held something
}

// next returns the next whole record.
func (c *cursor) next() (content, bool) {
	for c.at+frame <= len(c.data) {
		mark, n := c.look(c.at)
		switch mark {
		case markWhole:
			b := c.data[c.at:]
			c.at += room(n)
			return content{
				sequence: binary.NativeEndian.Uint64(b[8:]), at: int64(binary.NativeEndian.Uint64(b[16:])),
				link: binary.NativeEndian.Uint64(b[24:]), payload: b[frame : frame+n : frame+n],
			}, true
		case markTaken:
			c.holes++
			c.at += room(n)
		default:
			if !c.search() {
				return content{}, false
			}
		}
	}
	return content{}, false
}

// look tells what is at an offset: a whole record or a taken place with a payload of n bytes, or neither.
func (c *cursor) look(at int) (mark byte, n int) {
	w := binary.NativeEndian.Uint64(c.data[at:])
	n = int(w>>8) & 0xFFFFFF
	if n > MaxPayload || at+room(n) > len(c.data) {
		return 0, 0
	}
	switch mark = byte(w); {
	case mark == markTaken && w == taken(n, c.seed):
		return mark, n
	case mark == markWhole && w == whole(c.data[at:], n, c.seed):
		return mark, n
	}
	return 0, 0
}

// search goes on to the next whole record after one that can't be read, as power loss leaves it: pages reach the disk in any order.
// What a visitor sent can't pass for a record, since no text of a click holds the zeros that a word has.
func (c *cursor) search() bool {
	something := false
	for at := c.at; at+frame <= len(c.data); at += 8 {
		something = something || binary.NativeEndian.Uint64(c.data[at:]) != 0
		if mark, _ := c.look(at); mark == markWhole {
			c.damaged++
			c.at = at
			return true
		}
	}
	if something {
		c.damaged++
	}
	return false
}
