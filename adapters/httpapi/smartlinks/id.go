package smartlinks

import (
	"strconv"
	"strings"

	"github.com/linklog/linklog/domain"
)

const prefix = "link_"

// id is a link's number as this API writes it: link_ and base 36.
func id(n domain.LinkNumber) string { return prefix + strconv.FormatUint(uint64(n), 36) }

// parseID reads what id writes, and nothing else.
func parseID(raw string) (domain.LinkNumber, error) {
	digits, ok := strings.CutPrefix(raw, prefix)
	if !ok {
		return 0, domain.Errorf(domain.NotFound, "linkId", "no link has the id %q", raw)
	}
	n, err := domain.ParseLinkNumber("lnk_" + digits)
	if err != nil {
		return 0, domain.Errorf(domain.NotFound, "linkId", "no link has the id %q", raw)
	}
	return n, nil
}
