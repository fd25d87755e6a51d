package httpapi

import (
	"encoding/base64"
	"encoding/binary"
	"math"

	"github.com/linklog/linklog/domain"
)

// position is a place in the topic of clicks: the next offset of every partition.
type position []int64

// positionVersion begins every position's text; another form would have another number.
const positionVersion = 1

// maxPartitions bounds what a client can make us keep.
const maxPartitions = 10_000

// String is the position as clients keep it. It means nothing to them.
func (p position) String() string {
	b := make([]byte, 1, 1+5*len(p))
	b[0] = positionVersion
	for _, next := range p {
		b = binary.AppendUvarint(b, uint64(next)) //nolint:gosec // offsets are not negative
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parsePosition reads what String writes.
func parsePosition(s string) (position, error) {
	if len(s) > maxPartitions*binary.MaxVarintLen64*4/3 {
		return nil, errNoPosition()
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 2 || b[0] != positionVersion {
		return nil, errNoPosition()
	}
	var p position
	for b = b[1:]; len(b) > 0; {
		next, n := binary.Uvarint(b)
		if n <= 0 || next > math.MaxInt64 || len(p) == maxPartitions {
			return nil, errNoPosition()
		}
		p, b = append(p, int64(next)), b[n:] //nolint:gosec // checked
	}
	return p, nil
}

func errNoPosition() error {
	return domain.Errorf(domain.Validation, "Last-Event-ID", "Last-Event-ID must be the id of an event of this stream")
}

// behind is how many records lie between p and a later place.
func (p position) behind(to position) (n int64) {
	for i := range p {
		n += max(to[i]-p[i], 0)
	}
	return n
}
