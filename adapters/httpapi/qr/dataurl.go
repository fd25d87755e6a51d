package qr

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// IsDataURL tells a logo that is in the request from one that has to be fetched.
func IsDataURL(s string) bool { return len(s) >= 5 && strings.EqualFold(s[:5], "data:") }

// ParseDataURL reads the bytes out of data:image/png;base64,… (RFC 2397). The media type is for
// images only, and otherwise not looked at: [DecodeLogo] looks at the bytes. Errors are
// [FieldError]s of style.logo.
func ParseDataURL(s string) ([]byte, error) {
	if !IsDataURL(s) {
		return nil, fieldErrorf("style.logo", "must be a data URL")
	}
	head, body, found := strings.Cut(s[len("data:"):], ",")
	if !found {
		return nil, fieldErrorf("style.logo", "is a data URL without data")
	}
	parameters := strings.Split(strings.ToLower(head), ";")
	if mediaType := strings.TrimSpace(parameters[0]); !strings.HasPrefix(mediaType, "image/") {
		return nil, fieldErrorf("style.logo", "must be a data URL of an image, such as data:image/png;base64,…")
	}
	plain, err := url.PathUnescape(body)
	if err != nil {
		return nil, fieldErrorf("style.logo", "is a data URL with a damaged escape")
	}
	data := []byte(plain)
	if strings.TrimSpace(parameters[len(parameters)-1]) == "base64" {
		if data, err = decodeBase64(plain); err != nil {
			return nil, fieldErrorf("style.logo", "is a data URL with damaged base64")
		}
	}
	if len(data) > MaxLogoBytes {
		return nil, fieldErrorf("style.logo", "must be at most %d bytes long", MaxLogoBytes)
	}
	return data, nil
}

// decodeBase64 takes both alphabets, with padding or without, and spaces, as browsers do.
func decodeBase64(s string) ([]byte, error) {
	s = strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "", "-", "+", "_", "/").Replace(s)
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
}
