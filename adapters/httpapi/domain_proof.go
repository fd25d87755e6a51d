package httpapi

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// proofTime is how long the DNS may take.
const proofTime = 5 * time.Second

func (s *Server) shownProof(c echo.Context, host domain.Host) proofAnswer {
	p := domain.NewProof(s.domainSecret, caller(c).Account, host)
	return proofAnswer{"TXT", p.Name, p.Value}
}

// proven looks whether the record is there.
func (s *Server) proven(ctx context.Context, account domain.AccountID, host domain.Host) error {
	ctx, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	p := domain.NewProof(s.domainSecret, account, host)
	records, err := s.lookupTXT(ctx, p.Name)
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		records, err = nil, nil
	}
	if err != nil {
		return unavailable(err)
	}
	return p.Check(records)
}
