package postgres

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"maps"
	"slices"
	"strings"

	"github.com/linklog/linklog/domain"
)

// style is how a token begins, after the API it is made for. It opens the same account everywhere.
type style string

// nativeStyle is the API whose tokens are made unless somebody wants others.
const nativeStyle = "pocolink"

// styles are those of the APIs, by name.
var styles = map[string]style{nativeStyle: "pl_live_", "linkpack": "lp_", "linxly": "lx_", "spotify": "sp_", "smartlinks": "sl_"}

// parseStyle is the style of an API's tokens.
func parseStyle(api string) (style, error) {
	s, ok := styles[api]
	if !ok {
		return "", domain.Errorf(domain.Validation, "style", "style must be one of %s", strings.Join(slices.Sorted(maps.Keys(styles)), ", "))
	}
	return s, nil
}

// styleOf is the style of a token or of its first characters; ok is false if it has none.
func styleOf(token string) (s style, ok bool) {
	for _, s := range styles {
		if strings.HasPrefix(token, string(s)) {
			return s, true
		}
	}
	return "", false
}

// Parts of a token, as in pl_live_ + 22 random characters (131 bits) + 6 of checksum.
const (
	tokenRandom  = 22
	tokenSum     = 6 // 62^6 > 2^32
	tokenVisible = 4 // of the random characters, in lists
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// digest is all that is stored of a token.
type digest [sha256.Size]byte

func newToken(of style) string {
	b := []byte(of)
	for length := len(of) + tokenRandom; len(b) < length; {
		var draw [32]byte
		_, _ = rand.Read(draw[:]) // never fails: it would end the process
		for _, d := range draw {
			if d < 4*62 && len(b) < length { // the rest would favour some letters
				b = append(b, base62[d%62])
			}
		}
	}
	return string(b) + checksum(string(b))
}

// WellFormed reports whether a token could be one of ours, without asking anybody: a scanner
// for leaked keys can tell ours from noise with it.
func WellFormed(token string) bool {
	begins, ok := styleOf(token)
	if !ok || len(token) != len(begins)+tokenRandom+tokenSum {
		return false
	}
	body, sum := token[:len(token)-tokenSum], token[len(token)-tokenSum:]
	return sum == checksum(body) && strings.Trim(body[len(begins):], base62) == ""
}

// checksum is the CRC-32 of the text before it, in base 62.
func checksum(s string) string {
	var out [tokenSum]byte
	n := crc32.ChecksumIEEE([]byte(s))
	for i := range out {
		out[tokenSum-1-i] = base62[n%62]
		n /= 62
	}
	return string(out[:])
}
