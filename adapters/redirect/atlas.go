package redirect

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"

	"github.com/oschwald/maxminddb-golang/v2"
)

// area is where a visit comes from, as far as known. What a header said belongs to the request.
type area struct{ country, region, city string }

// atlas is one city file in memory.
type atlas struct {
	db    *maxminddb.Reader
	drawn [atlasSlots]atomic.Pointer[record]
}

// An atlas remembers the records it decoded last, each in the slot that its offset falls to: 512 KiB, and some 100 bytes for each record.
const (
	atlasBits  = 16
	atlasSlots = 1 << atlasBits
)

// record is what a file says of the networks that lead to offset in it.
type record struct {
	offset uintptr
	area   area
}

// cityRecord is the part of a record that we read. Most files have it in common.
type cityRecord struct {
	Country struct {
		Code string `maxminddb:"iso_code"`
	} `maxminddb:"country"`
	Subdivisions []named `maxminddb:"subdivisions"`
	City         named   `maxminddb:"city"`
}

type named struct {
	Names struct {
		English string `maxminddb:"en"`
	} `maxminddb:"names"`
}

// openAtlas reads the whole file. It isn't mapped: whoever copies a new file over a mapped one ends every process that looks at it.
func openAtlas(path string) (*atlas, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the city file: %w", err)
	}
	a, err := parseAtlas(b)
	if err != nil {
		return nil, fmt.Errorf("read the city file %s: %w", path, err)
	}
	return a, nil
}

func parseAtlas(b []byte) (*atlas, error) {
	db, err := maxminddb.OpenBytes(b)
	if err != nil {
		return nil, err
	}
	if kind := db.Metadata.DatabaseType; !strings.Contains(kind, "City") && !strings.Contains(kind, "Enterprise") {
		return nil, fmt.Errorf("it is a %s, which knows no cities", kind)
	}
	return &atlas{db: db}, nil
}

// find is what the file says of addr: nothing, if it has no record of it or one that can't be read.
func (a *atlas) find(addr netip.Addr) area {
	found := a.db.Lookup(addr)
	if !found.Found() {
		return area{}
	}
	at := found.Offset()
	slot := &a.drawn[slotOf(at)]
	if r := slot.Load(); r != nil && r.offset == at {
		return r.area
	}
	r := &record{at, decode(found)}
	slot.Store(r)
	return r.area
}

// slotOf spreads offsets over the slots: by the bits that a multiplication with the golden ratio mixes best.
func slotOf(offset uintptr) uint64 { return uint64(offset) * 0x9E3779B97F4A7C15 >> (64 - atlasBits) }

func decode(found maxminddb.Result) area {
	var r cityRecord
	if found.Decode(&r) != nil {
		return area{}
	}
	p := area{country: countryCode([]byte(r.Country.Code)), city: tidy([]byte(r.City.Names.English), maxPlace)}
	if len(r.Subdivisions) > 0 {
		p.region = tidy([]byte(r.Subdivisions[0].Names.English), maxPlace)
	}
	return p
}
