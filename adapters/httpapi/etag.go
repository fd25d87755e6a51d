package httpapi

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// etag is a link's version as an entity tag.
func etag(version uint64) string { return `"` + strconv.FormatUint(version, 10) + `"` }

// ifMatch is the version the caller requires, 0 for any. Of several tags it is the one that
// matches the link as it was read, if one does: the decider has the last word.
func ifMatch(c echo.Context, version uint64) (uint64, error) {
	header := strings.Join(c.Request().Header.Values("If-Match"), ",")
	if header == "" || strings.TrimSpace(header) == "*" {
		return 0, nil
	}
	var first uint64
	for tag := range strings.SplitSeq(header, ",") {
		v := tagVersion(strings.TrimSpace(tag))
		if v == version {
			return v, nil
		}
		if first == 0 {
			first = v
		}
	}
	if first == 0 {
		return 0, domain.Errorf(domain.VersionConflict, "If-Match", "If-Match names no version of the link, which is at version %d", version)
	}
	return first, nil
}

// tagVersion is the version a tag stands for, 0 if it is none of ours.
func tagVersion(tag string) uint64 {
	v, err := strconv.ParseUint(strings.Trim(tag, `"`), 10, 64)
	if err != nil || etag(v) != tag {
		return 0
	}
	return v
}
