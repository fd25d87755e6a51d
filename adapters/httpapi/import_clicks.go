package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
)

// earliestClick is before the first short link there was.
var earliestClick = time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC)

// importedClick is a click as an importer tells it. Absent is unknown.
type importedClick struct {
	Time        time.Time `json:"time"`
	Count       *uint64   `json:"count"` // so many alike; left out: one
	Method      string    `json:"method"`
	Trigger     string    `json:"trigger"`
	Rule        string    `json:"rule"`
	Country     string    `json:"country"`
	Region      string    `json:"region"`
	City        string    `json:"city"`
	Referrer    string    `json:"referrer"` // an address
	UserAgent   string    `json:"user_agent"`
	Language    string    `json:"language"`
	UTMSource   string    `json:"utm_source"`
	UTMMedium   string    `json:"utm_medium"`
	UTMCampaign string    `json:"utm_campaign"`
	UTMTerm     string    `json:"utm_term"`
	UTMContent  string    `json:"utm_content"`
}

// importedHistory is a part of a link's clicks.
type importedHistory struct {
	ID       string          `json:"id"`
	Position uint64          `json:"position"` // how many of the source's clicks came before
	Clicks   []importedClick `json:"clicks"`
}

// importClicks is POST /v1/imports/clicks: clicks that another shortener recorded. A click's id is
// made of its link, its source and its place among the source's clicks of the link, so clicks that
// are brought again are in the log twice and count once. What makes that right is that none is in
// the log before those that came before it: nobody may send a position whose predecessors were not
// acknowledged, to anybody. The answer comes when all are counted, so who waits for it, or asks for
// positions, can't do otherwise.
func (s *Server) importClicks(c echo.Context) error {
	if !caller(c).Scopes.Has(domain.ScopeWrite) {
		return domain.Errorf(domain.Forbidden, "", "The API key lacks the scope %s, which this request needs.", domain.ScopeWrite)
	}
	f, err := readFieldsUpTo(c, MaxBulkBody)
	if err != nil {
		return err
	}
	source, err := importSource(f)
	if err != nil {
		return err
	}
	var histories []importedHistory
	if err := f.Value("links", &histories, "a list of links with their clicks"); err != nil {
		return err
	}
	all, err := s.importedClicks(c, source, histories)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), importPatience)
	defer cancel()
	i := clickImport{into: s.imports, account: caller(c).Account, source: source, until: map[domain.LinkNumber]uint64{}}
	added, err := i.bring(ctx, histories, all)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, struct {
		Success bool `json:"success"`
		Clicks  int  `json:"clicks"` // that were not counted before
	}{true, added})
}

// importedClicks are the clicks of a request, in order.
func (s *Server) importedClicks(c echo.Context, source string, histories []importedHistory) (all []domain.Click, err error) {
	if len(histories) == 0 || len(histories) > MaxImportedLinks {
		return nil, domain.Errorf(domain.Validation, "links", "links must be 1 to %d", MaxImportedLinks)
	}
	numbers, seen := make([]domain.LinkNumber, len(histories)), map[domain.LinkNumber]bool{}
	for i := range histories {
		if numbers[i], err = domain.ParseLinkNumber(histories[i].ID); err != nil {
			return nil, inLink(i, histories, err)
		}
		if seen[numbers[i]] {
			return nil, domain.Errorf(domain.Validation, "links", "links[%d].id must not be there twice", i)
		}
		seen[numbers[i]] = true
	}
	known, err := s.links.Many(c.Request().Context(), numbers)
	if err != nil {
		return nil, err
	}
	for i := range histories {
		l, err := owned(c, known[numbers[i]], nil)
		if err == nil {
			all, err = s.appendHistory(all, l, source, &histories[i])
		}
		if err != nil {
			return nil, inLink(i, histories, err)
		}
	}
	return all, nil
}

// inLink is a refusal about one of the links of a request.
func inLink(i int, histories []importedHistory, err error) error {
	part := fmt.Sprintf("links[%d]", i)
	if domain.CodeOf(err) == domain.NotFound {
		return domain.Errorf(domain.NotFound, part+".id", "no link has the id %q", histories[i].ID)
	}
	return InPart(part, err)
}

// appendHistory appends the clicks of one link.
func (s *Server) appendHistory(all []domain.Click, l domain.Link, source string, h *importedHistory) ([]domain.Click, error) {
	const maxPosition = 1 << 48
	if len(h.Clicks) == 0 || h.Position > maxPosition {
		return nil, domain.Errorf(domain.Validation, "clicks", "clicks must be there, and position be below 2^48")
	}
	id := domain.ClickID{Sequence: h.Position}
	id.Node, id.Epoch = domain.ImportedBy(l.Account, l.Number, source)
	for i := range h.Clicks {
		one := &h.Clicks[i]
		click, err := one.click(s.clock())
		if err != nil {
			return nil, InPart(fmt.Sprintf("clicks[%d]", i), err)
		}
		click.Account, click.Link, click.Host, click.Slug, click.Imported = l.Account, l.Number, l.Host, l.Slug, source
		count := uint64(1)
		if one.Count != nil {
			count = *one.Count
		}
		if count == 0 || count > MaxImportedClicks-uint64(len(all)) {
			return nil, domain.Errorf(domain.Validation, "clicks", "clicks must be 1 to %d in one request, and each stand for one at least", MaxImportedClicks)
		}
		for range count {
			click.ID = id
			id.Sequence++
			all = append(all, click)
		}
	}
	return all, nil
}

// click is what the log keeps of it. The link's version is 0: it met none of ours.
func (i *importedClick) click(now time.Time) (domain.Click, error) {
	if i.Time.After(now) || i.Time.Before(earliestClick) {
		return domain.Click{}, domain.Errorf(domain.Validation, "time", "time must be after 1995 and not in the future")
	}
	if country := i.Country; country != "" && (len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return domain.Click{}, domain.Errorf(domain.Validation, "country", "country must be two upper-case letters, as in NP")
	}
	c := domain.Click{
		At: i.Time.UTC(), Rule: cut(i.Rule, domain.MaxRuleID), Country: i.Country, Region: cut(i.Region, domain.MaxReferrer), City: cut(i.City, domain.MaxReferrer),
		UserAgent: cut(i.UserAgent, domain.MaxUserAgent), Language: strings.ToLower(cut(i.Language, domain.MaxLanguage)),
		UTM: domain.UTM{
			Source: cut(i.UTMSource, domain.MaxUTM), Medium: cut(i.UTMMedium, domain.MaxUTM), Campaign: cut(i.UTMCampaign, domain.MaxUTM),
			Term: cut(i.UTMTerm, domain.MaxUTM), Content: cut(i.UTMContent, domain.MaxUTM),
		},
	}
	c.ReferrerHost, c.ReferrerPath = referrerOf(i.Referrer)
	switch i.Method {
	case "", http.MethodGet:
	case http.MethodHead:
		c.Method = domain.Head
	default:
		return domain.Click{}, domain.Errorf(domain.Validation, "method", "method must be GET or HEAD")
	}
	switch i.Trigger {
	case "", "link":
	case "qr":
		c.Trigger = domain.TriggerQR
	default:
		return domain.Click{}, domain.Errorf(domain.Validation, "trigger", "trigger must be link or qr")
	}
	return c, nil
}

// referrerOf is the host and the path of an address; of anything else nothing.
func referrerOf(address string) (host, path string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || len(u.Hostname()) > domain.MaxReferrer {
		return "", ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), cut(u.EscapedPath(), domain.MaxReferrer)
}

// cut is as much of s as n bytes hold, whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// clickImport is the clicks of one request on their way.
type clickImport struct {
	into    ClickImports
	account domain.AccountID
	source  string
	links   []domain.LinkNumber
	until   map[domain.LinkNumber]uint64 // how many are counted at the end
}

// bring appends what is not counted yet, and returns how much that was once it is counted.
func (i *clickImport) bring(ctx context.Context, histories []importedHistory, all []domain.Click) (int, error) {
	for at := range all {
		c := &all[at]
		if _, known := i.until[c.Link]; !known {
			i.links = append(i.links, c.Link)
		}
		i.until[c.Link] = c.ID.Sequence + 1
	}
	before, err := i.into.Counted(ctx, i.account, i.source, i.links)
	if err != nil {
		return 0, err
	}
	counted := make(map[domain.LinkNumber]uint64, len(i.links))
	for at, n := range i.links {
		counted[n] = before[at]
		if histories[at].Position > before[at] {
			return 0, domain.Errorf(domain.Validation, fmt.Sprintf("links[%d].position", at),
				"links[%d].position must be at most %d, which is how many clicks of this source are counted", at, before[at])
		}
	}
	all = slices.DeleteFunc(all, func(c domain.Click) bool { return c.ID.Sequence < counted[c.Link] })
	if len(all) == 0 {
		return 0, nil
	}
	if err := i.into.Append(ctx, all); err != nil {
		return 0, uncounted(err)
	}
	return len(all), i.await(ctx)
}

// await returns once all are counted.
func (i *clickImport) await(ctx context.Context) error {
	tick := time.NewTicker(importInterval)
	defer tick.Stop()
	for {
		counted, err := i.into.Counted(ctx, i.account, i.source, i.links)
		if err != nil {
			return uncounted(err)
		}
		missing := false
		for at, n := range i.links {
			missing = missing || counted[at] < i.until[n]
		}
		if !missing {
			return nil
		}
		select {
		case <-ctx.Done():
			return uncounted(ctx.Err())
		case <-tick.C:
		}
	}
}

// uncounted is the error of clicks that may be in the log and are not known to be counted. To send
// the same again does no harm.
func uncounted(err error) error {
	return &unfinished{Unfinished: &commands.Unfinished{Fate: commands.Unknown, Cause: err}}
}
