package linkpack

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/linklog/linklog/domain"
)

// numberBytes is how many bytes at a UUID's end hold the link's number.
const numberBytes = 7

// id is a link's number as this API writes it: a UUID. It is kept by clients, so no link's may
// ever become another one.
func id(n domain.LinkNumber) string {
	u := binary.BigEndian.AppendUint64(nil, uint64(n))
	sum := sha256.Sum256(append([]byte("linkpack"), u...))
	u = append(sum[:16-numberBytes], u[8-numberBytes:]...)
	u[6] = u[6]&0x0f | 0x40 // version 4
	u[8] = u[8]&0x3f | 0x80 // of the only variant there is
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// parseID reads what id writes, in either case, and nothing else.
func parseID(raw string) (domain.LinkNumber, error) {
	text := strings.ToLower(raw)
	u, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(u) != 16 {
		return 0, errNoLink()
	}
	n := domain.LinkNumber(binary.BigEndian.Uint64(u[8:]) << 8 >> 8)
	if id(n) != text {
		return 0, errNoLink()
	}
	return n, nil
}
