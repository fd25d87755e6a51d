package httpapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/linklog/linklog/domain"
)

// proofTime is how long the DNS may take.
const proofTime = 5 * time.Second

// proofName is the name of the TXT record that proves whose a domain is.
func proofName(host domain.Host) string { return "_linklog." + string(host) }

// proof is the value of that record: nobody can make another account's, and no account can use
// one domain's for another.
func (s *Server) proof(account domain.AccountID, host domain.Host) string {
	mac := hmac.New(sha256.New, s.domainSecret)
	mac.Write([]byte(string(account) + "\x00" + string(host)))
	return "linklog-verification=" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// proven looks whether the record is there.
func (s *Server) proven(ctx context.Context, account domain.AccountID, host domain.Host) error {
	ctx, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	records, err := s.lookupTXT(ctx, proofName(host))
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		records, err = nil, nil
	}
	if err != nil {
		return unavailable(err)
	}
	if want := s.proof(account, host); !slices.Contains(records, want) {
		return domain.Errorf(domain.Validation, "host", "host: no TXT record of %s says %s; %d others were found. DNS may take a while to show a new record.", proofName(host), want, len(records))
	}
	return nil
}
