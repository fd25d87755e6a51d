package httpapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections/clicks"
)

// clickAnswer is one click as it was counted. What is empty it didn't say.
type clickAnswer struct {
	Number       uint64 `json:"number"` // of the link's clicks, in the order they were counted
	At           string `json:"at"`
	Traffic      string `json:"traffic"`
	Trigger      string `json:"trigger"`
	Country      string `json:"country,omitempty"`
	Region       string `json:"region,omitempty"`
	City         string `json:"city,omitempty"`
	Device       string `json:"device,omitempty"`
	Browser      string `json:"browser,omitempty"`
	OS           string `json:"os,omitempty"`
	Platform     string `json:"platform,omitempty"`
	Referrer     string `json:"referrer,omitempty"`
	ReferrerPage string `json:"referrer_page,omitempty"`
	Language     string `json:"language,omitempty"`
	UTMSource    string `json:"utm_source,omitempty"`
	UTMMedium    string `json:"utm_medium,omitempty"`
	UTMCampaign  string `json:"utm_campaign,omitempty"`
	UTMTerm      string `json:"utm_term,omitempty"`
	UTMContent   string `json:"utm_content,omitempty"`
	Rule         string `json:"rule,omitempty"`
	BotReason    string `json:"bot_reason,omitempty"`
	Host         string `json:"host,omitempty"`
	Slug         string `json:"slug,omitempty"`
	Version      string `json:"version,omitempty"`
}

func newClickAnswer(s *clicks.Single) clickAnswer {
	v := s.Values
	a := clickAnswer{
		Number: s.Number, At: s.At.Format("2006-01-02T15:04:05.000Z07:00"), Traffic: trafficName(s.Traffic), Trigger: "link",
		Country: v[clicks.Country], Region: lastPart(v[clicks.Region]), City: lastPart(v[clicks.City]),
		Device: v[clicks.Device], Browser: v[clicks.Browser], OS: v[clicks.OS], Platform: v[clicks.Platform],
		Referrer: v[clicks.Referrer], ReferrerPage: v[clicks.ReferrerPage], Language: v[clicks.Language],
		UTMSource: v[clicks.UTMSource], UTMMedium: v[clicks.UTMMedium], UTMCampaign: v[clicks.UTMCampaign],
		UTMTerm: v[clicks.UTMTerm], UTMContent: v[clicks.UTMContent],
		Rule: v[clicks.Rule], BotReason: v[clicks.BotReason], Host: v[clicks.Host], Slug: v[clicks.Slug], Version: v[clicks.Version],
	}
	if v[clicks.Trigger] != "" {
		a.Trigger = v[clicks.Trigger]
	}
	return a
}

// lastPart is the region of country/region, the city of country/region/city.
func lastPart(place string) string { return place[strings.LastIndexByte(place, '/')+1:] }

// listClicks is GET /v1/links/:id/clicks: the last single clicks, newest first.
func (s *Server) listClicks(c echo.Context) error {
	asCSV, err := wantsCSV(c)
	if err != nil {
		return err
	}
	limit, err := breakdownPage(c.QueryParam("limit"), asCSV)
	if err != nil {
		return err
	}
	if limit == 0 {
		limit = clicks.MaxRecent
	}
	before, err := parseClickCursor(c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	l, err := s.ownLink(c)
	if err != nil {
		return err
	}
	page, err := s.clicks.Recent(c.Request().Context(), l.Number, before, limit+1) // one more tells if there is more
	if err != nil {
		return err
	}
	var next *string
	if len(page) > limit {
		page = page[:limit]
		cursor := number(page[limit-1].Number)
		next = &cursor
	}
	shown := make([]clickAnswer, len(page))
	for i := range page {
		shown[i] = newClickAnswer(&page[i])
	}
	if asCSV {
		return clicksCSV(c, shown)
	}
	return answer(c, http.StatusOK, struct {
		Success    bool          `json:"success"`
		Clicks     []clickAnswer `json:"clicks"`
		NextCursor *string       `json:"next_cursor"`
	}{true, shown, next})
}

func parseClickCursor(s string) (uint64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 {
		return 0, domain.Errorf(domain.Validation, "cursor", "cursor must be the next_cursor of another page")
	}
	return n, nil
}

func clicksCSV(c echo.Context, all []clickAnswer) error {
	t, err := newTable(c, "clicks", "number", "at", "traffic", "trigger", "country", "region", "city", "device", "browser", "os", "platform",
		"referrer", "referrer_page", "language", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "rule", "bot_reason",
		"host", "slug", "version")
	if err != nil {
		return err
	}
	for _, a := range all {
		err := t.row(number(a.Number), a.At, a.Traffic, a.Trigger, a.Country, a.Region, a.City, a.Device, a.Browser, a.OS, a.Platform,
			a.Referrer, a.ReferrerPage, a.Language, a.UTMSource, a.UTMMedium, a.UTMCampaign, a.UTMTerm, a.UTMContent, a.Rule, a.BotReason,
			a.Host, a.Slug, a.Version)
		if err != nil {
			return err
		}
	}
	return t.end()
}
