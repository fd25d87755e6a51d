package redirect

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"

	"github.com/linklog/linklog/domain"
)

// secret is the salt of one UTC day.
type secret = [32]byte

// visitor stands for one visitor of one link on one day: a SHA-256 keyed by the day's salt, so that it is the same in every process,
// can't be taken back to an address once the salt is gone, and doesn't connect a person's visits of two links. It is never 0.
func visitor(salt *secret, from netip.Addr, userAgent string, link domain.LinkNumber) uint64 {
	var buf [len(secret{}) + 16 + 8 + domain.MaxUserAgent]byte
	in := append(buf[:0], salt[:]...)
	addr := from.As16()
	in = append(in, addr[:]...)
	in = binary.BigEndian.AppendUint64(in, uint64(link))
	in = append(in, userAgent...)
	sum := sha256.Sum256(in)
	return max(1, binary.BigEndian.Uint64(sum[:]))
}
