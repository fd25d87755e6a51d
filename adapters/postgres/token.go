package postgres

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"strings"
)

// Parts of a token, as in pl_live_ + 22 random characters (131 bits) + 6 of checksum.
const (
	tokenPrefix  = "pl_live_"
	tokenRandom  = 22
	tokenSum     = 6 // 62^6 > 2^32
	tokenLength  = len(tokenPrefix) + tokenRandom + tokenSum
	tokenVisible = len(tokenPrefix) + 4 // what lists show of it
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// digest is all that is stored of a token.
type digest [sha256.Size]byte

func newToken() string {
	b := []byte(tokenPrefix)
	for len(b) < tokenLength-tokenSum {
		var draw [32]byte
		_, _ = rand.Read(draw[:]) // never fails: it would end the process
		for _, d := range draw {
			if d < 4*62 && len(b) < tokenLength-tokenSum { // the rest would favour some letters
				b = append(b, base62[d%62])
			}
		}
	}
	return string(b) + checksum(string(b))
}

// WellFormed reports whether a token could be one of ours, without asking anybody: a scanner
// for leaked keys can tell ours from noise with it.
func WellFormed(token string) bool {
	if len(token) != tokenLength || !strings.HasPrefix(token, tokenPrefix) {
		return false
	}
	body := token[:tokenLength-tokenSum]
	return token[tokenLength-tokenSum:] == checksum(body) && strings.Trim(body[len(tokenPrefix):], base62) == ""
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
