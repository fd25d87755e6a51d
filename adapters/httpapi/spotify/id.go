package spotify

import (
	"strconv"
	"strings"

	"github.com/linklog/linklog/domain"
)

// idLength is how long PocketBase's ids are.
const idLength = 15

// id is a link's number as this API writes it: in base 36, with zeros in front.
func id(n domain.LinkNumber) string {
	digits := strconv.FormatUint(uint64(n), 36)
	return strings.Repeat("0", idLength-len(digits)) + digits
}

// parseID reads what id writes, and nothing else.
func parseID(raw string) (domain.LinkNumber, error) {
	n, err := domain.ParseLinkNumber("lnk_" + strings.TrimLeft(raw, "0"))
	if err != nil || len(raw) != idLength {
		return 0, errNone()
	}
	return n, nil
}

func errNone() error { return domain.Errorf(domain.NotFound, "id", "Link not found.") }
