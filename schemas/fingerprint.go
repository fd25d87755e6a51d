package schemas

import (
	"crypto/sha256"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
)

// Fingerprint is the digest of what a command asks for: account, domain, expected version and
// body, but neither its id nor its deadline, and not who asked, through what and under which
// plan: all of these a retry may change. It is the same on every machine and stays the same
// when the format gains fields that the command does not use. What an edge adds to a request by
// chance, as the salt of a password, it must therefore draw from the command's id: otherwise a
// retry is another wish. The only error is a body that can't be written.
func Fingerprint(c domain.Command) (domain.Fingerprint, error) {
	c.By, c.Via, c.Limits = "", "", domain.Limits{}
	payload, err := commandPayload(c)
	if err != nil {
		return domain.Fingerprint{}, err
	}
	b := appendText(appendText(nil, string(c.Account)), string(c.Domain))
	b, err = proto.MarshalOptions{Deterministic: true}.MarshalAppend(b, payload)
	if err != nil {
		return domain.Fingerprint{}, fmt.Errorf("digest command %s: %w", c.ID, err)
	}
	sum := sha256.Sum256(b)
	return domain.Fingerprint(sum[:16]), nil
}
