package domain

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Proof is the DNS record of type TXT that proves that a domain is an account's. Nobody who doesn't
// know the secret can make another account's, and no account can use one domain's for another.
type Proof struct{ Name, Value string }

// NewProof makes the one of an account and a host.
func NewProof(secret []byte, account AccountID, host Host) Proof {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(string(account) + "\x00" + string(host)))
	return Proof{Name: "_linklog." + string(host), Value: "linklog-verification=" + hex.EncodeToString(mac.Sum(nil)[:16])}
}

// Check looks for it among the records that the DNS has of its name.
func (p Proof) Check(records []string) error {
	if slices.Contains(records, p.Value) {
		return nil
	}
	return Errorf(Validation, "host", "host: no TXT record of %s says %s; %d others were found. DNS may take a while to show a new record.", p.Name, p.Value, len(records))
}

// Claimable is the account's domain of that name among all registered ones, of version 0 if nobody
// has it, or says why it can't be theirs.
func Claimable(all []Domain, account AccountID, host Host) (Domain, error) {
	free := Domain{Host: host, Account: account}
	if !strings.Contains(string(host), ".") || strings.HasPrefix(string(host), "[") {
		return free, Errorf(Validation, "host", "host must be the name of a domain, as in go.example.com")
	}
	for _, d := range all {
		switch {
		case d.Host == host && d.Account == account:
			return d, nil
		case d.Host == host && (d.Verified || d.Account == SystemAccount):
			return free, Errorf(Forbidden, "host", "domain %s belongs to another account", host)
		case d.Host == host:
		case d.Holds(host):
			return free, Errorf(Validation, "host", "host: %s is part of the short domain %s", host, d.Host)
		case free.Holds(d.Host):
			return free, Errorf(Validation, "host", "host: the short domain %s is part of %s", d.Host, host)
		}
	}
	return free, nil
}
