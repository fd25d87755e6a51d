package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// accountAnswer is who asks, and what they may and do use. A limit that is null is none.
type accountAnswer struct {
	ID     domain.AccountID `json:"id"`
	Key    domain.KeyID     `json:"key"`
	Plan   domain.Plan      `json:"plan"`
	Limits struct {
		RequestsPerHour  *int    `json:"requests_per_hour"`
		LinksPerDomain   *uint64 `json:"links_per_domain"`
		BulkOperations   int     `json:"bulk_operations"`
		Domains          *int    `json:"domains"`
		EditDestinations bool    `json:"edit_destinations"`
	} `json:"limits"`
	Usage struct {
		Links   uint64 `json:"links"` // on all domains together
		Domains int    `json:"domains"`
	} `json:"usage"`
}

// getAccount is GET /v1/account.
func (s *Server) getAccount(c echo.Context) error {
	who, ctx := caller(c), c.Request().Context()
	p := s.planOf(who)
	a := accountAnswer{ID: who.Account, Key: who.Key, Plan: who.Plan}
	if p.Requests != Unlimited {
		a.Limits.RequestsPerHour = &p.Requests
	}
	if p.Limits.Links > 0 {
		a.Limits.LinksPerDomain = &p.Limits.Links
	}
	if p.Domains > 0 {
		a.Limits.Domains = &p.Domains
	}
	a.Limits.BulkOperations, a.Limits.EditDestinations = p.Bulk, !p.Limits.FixedURLs
	var err error
	if a.Usage.Links, err = s.links.Usage(ctx, who.Account); err != nil {
		return err
	}
	if a.Usage.Domains, err = s.accountDomains(ctx, who.Account); err != nil {
		return err
	}
	return answer(c, http.StatusOK, struct {
		Success bool          `json:"success"`
		Account accountAnswer `json:"account"`
	}{true, a})
}

// tagAnswer is a tag and how many links have it.
type tagAnswer struct {
	Tag   string `json:"tag"`
	Links int    `json:"links"`
}

// listTags is GET /v1/tags.
func (s *Server) listTags(c echo.Context) error {
	all, err := s.links.Tags(c.Request().Context(), caller(c).Account)
	if err != nil {
		return err
	}
	shown := make([]tagAnswer, len(all))
	for i, t := range all {
		shown[i] = tagAnswer(t)
	}
	return answer(c, http.StatusOK, struct {
		Success bool        `json:"success"`
		Tags    []tagAnswer `json:"tags"`
	}{true, shown})
}
