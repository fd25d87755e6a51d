package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/linklog/linklog/adapters/imports"
	"github.com/linklog/linklog/domain"
)

// bulkBytes is how much of a bulk request's body is filled: the log's limit is 900 KB.
const bulkBytes = 700 << 10

// passLinks brings all links.
func (i *importer) passLinks(ctx context.Context) error {
	i.now, i.slugs, i.names, i.targets, i.totals = time.Now(), map[string]bool{}, map[string]string{}, map[string]string{}, nil
	total := int64(0)
	if i.fromFiles() {
		if err := i.source.Links(ctx, func(imports.Link) error { total++; return nil }); err != nil {
			return err
		}
	}
	i.begin(total)
	defer i.end()
	var batch []*candidate
	err := i.source.Links(ctx, func(l imports.Link) error {
		batch = append(batch, i.candidate(l))
		if len(batch) < i.largest {
			return nil
		}
		err := i.bring(ctx, batch)
		batch = nil
		return err
	})
	if err != nil {
		return err
	}
	return i.bring(ctx, batch)
}

// candidate is a link that may become one here.
type candidate struct {
	imports.Link

	host     string // here; empty: the API's own
	slug     string // here; empty: drawn
	external string
	tries    int  // of other slugs
	again    bool // it was there before
}

// candidate works out what a link would be here.
func (i *importer) candidate(l imports.Link) *candidate {
	c := &candidate{Link: l, host: i.settings.Domain, slug: l.Slug}
	if i.settings.KeepDomains {
		c.host = l.Host
	}
	if c.Err != nil {
		return c
	}
	own, _ := c.Members["external_id"].(string)
	if raw, ok := c.Members["external_id"].(json.RawMessage); ok {
		_ = json.Unmarshal(raw, &own) // what is no text is refused by the API
	}
	if c.external = own; own == "" {
		c.external = i.external(c.ID)
	}
	i.archiveEnded(c)
	destination, err := domain.ParseDestination(fmt.Sprint(c.Members["url"]))
	if err != nil {
		c.Err = err
		return c
	}
	c.Members["url"] = string(destination)
	i.tellApart(c)
	c.Members["external_id"] = c.external
	return c
}

// tellApart gives those after the first of links that have the same name an id of their own. One
// that leads to the same address is the same link.
func (i *importer) tellApart(c *candidate) {
	name := c.external
	for n := 2; i.names[c.external] != ""; n++ {
		if i.names[c.external] == c.Members["url"] {
			c.again = true
			return
		}
		c.external = fmt.Sprintf("%s#%d", name, n)
	}
	i.names[c.external], _ = c.Members["url"].(string)
}

// external is the id of a link that the source calls otherwise.
func (i *importer) external(id string) string {
	external := i.name + ":" + strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(id, ""))
	if len(external) <= domain.MaxExternal {
		return external
	}
	sum := sha256.Sum256([]byte(id))
	return i.name + ":" + hex.EncodeToString(sum[:])
}

// archiveEnded puts away a link that has ended: none is made with its end in the past.
func (i *importer) archiveEnded(c *candidate) {
	text, _ := c.Members["expires_at"].(string)
	if raw, ok := c.Members["expires_at"].(json.RawMessage); ok {
		_ = json.Unmarshal(raw, &text) // what is no text is refused by the API
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil && at.Before(i.now.Add(time.Minute)) {
		delete(c.Members, "expires_at")
		delete(c.Members, "expired_url")
		c.Members["archived"] = true
		c.Lost = append(c.Lost, "its end, which was "+text+": it is archived")
	}
}

// bring makes the links of a batch that aren't there yet.
func (i *importer) bring(ctx context.Context, batch []*candidate) error {
	i.report.Links.Read += len(batch)
	var open []*candidate
	for _, c := range batch {
		if c.Err != nil {
			i.unusable(c, c.Err.Error())
			continue
		}
		if c.again {
			i.report.Links.Existing++
			continue
		}
		open = append(open, c)
	}
	for len(open) > 0 {
		fresh, renamed, err := i.sortOut(ctx, open)
		if err != nil {
			return err
		}
		open = renamed
		if i.settings.DryRun {
			for _, c := range fresh {
				i.created(c, "")
			}
			continue
		}
		again, err := i.create(ctx, fresh)
		if err != nil {
			return err
		}
		open = append(open, again...)
	}
	i.step(len(batch))
	return nil
}

// sortOut asks what is there already: fresh are the links to be made, renamed those to be asked
// about again under another slug.
func (i *importer) sortOut(ctx context.Context, open []*candidate) (fresh, renamed []*candidate, err error) {
	type asked struct {
		Domain   string `json:"domain,omitempty"`
		Slug     string `json:"slug,omitempty"`
		External string `json:"external_id"`
	}
	all := make([]asked, len(open))
	for n, c := range open {
		all[n] = asked{c.host, c.slug, c.external}
	}
	var a struct {
		Results []struct {
			State   string  `json:"state"`
			ID      string  `json:"id"`
			LongURL string  `json:"long_url"`
			Rests   string  `json:"rests_until"`
			Error   refusal `json:"error"`
		} `json:"results"`
	}
	if err := i.post(ctx, "/imports/check", map[string]any{"links": all}, &a); err != nil {
		return nil, nil, err
	}
	if len(a.Results) != len(open) {
		return nil, nil, fmt.Errorf("the API answered about %d links of %d", len(a.Results), len(open))
	}
	for n, c := range open {
		r := &a.Results[n]
		place := c.host + "/" + c.slug
		clash := ""
		switch {
		case r.State == "imported", r.State == "yours" && c.tries == 0 && r.LongURL == c.Members["url"]:
			i.existing(c, r.ID)
			continue
		case r.State == "refused" && r.Error.Field != "slug":
			i.unusable(c, r.Error.Error())
			continue
		case r.State == "refused":
			clash = r.Error.Error()
		case r.State == "yours":
			clash = "you have this slug for " + r.LongURL
		case r.State == "taken" && r.Rests != "":
			clash = "taken: it was somebody else's until lately and rests until " + r.Rests
		case r.State == "taken":
			clash = "somebody else has this slug"
		case c.slug != "" && i.slugs[place]:
			clash = "the source has this slug twice"
		}
		if clash == "" {
			i.slugs[place] = i.slugs[place] || c.slug != ""
			fresh = append(fresh, c)
		} else if i.clashes(c, clash) {
			renamed = append(renamed, c)
		}
	}
	return fresh, renamed, nil
}

// maxTries is how many slugs that look alike are tried before one is drawn.
const maxTries = 8

// clashes gives a link another slug, or tells that it is left out.
func (i *importer) clashes(c *candidate, why string) (again bool) {
	if i.settings.OnClash != "rename" {
		i.report.Links.Clashes++
		i.report.tell(problem{Problem: "clash", ID: c.ID, Slug: c.Slug, Message: why})
		return false
	}
	c.tries++
	if c.tries > maxTries {
		c.slug = ""
		return true
	}
	base := strings.Trim(strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, c.Slug), "-")
	c.slug = fmt.Sprintf("%s-%d", base[:min(len(base), domain.MaxSlug-3)], c.tries+1)
	if base == "" {
		c.slug = ""
	}
	return true
}

func (i *importer) unusable(c *candidate, why string) {
	i.report.Links.Unusable++
	i.report.tell(problem{Problem: "unusable", ID: c.ID, Slug: c.Slug, Message: why})
}

func (i *importer) existing(c *candidate, id string) {
	i.report.Links.Existing++
	i.target(c, id)
}

func (i *importer) created(c *candidate, id string) {
	i.report.Links.Created++
	if c.slug != c.Slug {
		i.report.Links.Renamed++
		became := c.slug
		if became == "" {
			became = "a drawn slug"
		}
		i.report.tell(problem{Problem: "renamed", ID: c.ID, Slug: c.Slug, Became: c.slug, Message: "is now " + became})
	}
	if len(c.Lost) > 0 {
		i.report.tell(problem{Problem: "lost", ID: c.ID, Slug: c.Slug, Message: "comes without " + strings.Join(c.Lost, ", ")})
	}
	i.target(c, id)
}

// target notes where a link's clicks go.
func (i *importer) target(c *candidate, id string) {
	if i.targets[c.ID] == "" {
		i.targets[c.ID] = id
	}
	if i.settings.Clicks == "totals" && c.Clicks > 0 && !c.Created.IsZero() && c.Created.Before(i.now) {
		i.totals = append(i.totals, imports.Click{Link: c.ID, Time: c.Created, Count: c.Clicks})
	}
}

// create makes links; again are those to be asked about once more.
func (i *importer) create(ctx context.Context, fresh []*candidate) (again []*candidate, err error) {
	var operations []json.RawMessage
	size, first := 0, 0
	flush := func(end int) error {
		if len(operations) == 0 {
			return nil
		}
		some, err := i.createSome(ctx, fresh[first:end], operations)
		again = append(again, some...)
		operations, size, first = nil, 0, end
		return err
	}
	for n, c := range fresh {
		text, err := json.Marshal(c.operation())
		if err != nil {
			return nil, fmt.Errorf("encode link %s: %w", c.ID, err)
		}
		if size+len(text) > bulkBytes {
			if err := flush(n); err != nil {
				return nil, err
			}
		}
		operations, size = append(operations, text), size+len(text)
	}
	return again, flush(len(fresh))
}

// operation is what makes the link.
func (c *candidate) operation() map[string]any {
	op := maps.Clone(c.Members)
	op["op"] = "import"
	if c.slug != "" {
		op["custom_slug"] = c.slug
	}
	if c.host != "" {
		op["domain"] = c.host
	}
	return op
}

func (i *importer) createSome(ctx context.Context, some []*candidate, operations []json.RawMessage) (again []*candidate, err error) {
	var a struct {
		Results []struct {
			Success bool    `json:"success"`
			ID      string  `json:"id"`
			Error   refusal `json:"error"`
		} `json:"results"`
	}
	if err := i.post(ctx, "/links/bulk", map[string]any{"operations": operations}, &a); err != nil {
		return nil, err
	}
	if len(a.Results) != len(some) {
		return nil, fmt.Errorf("the API answered about %d links of %d", len(a.Results), len(some))
	}
	for n, c := range some {
		r := &a.Results[n]
		switch {
		case r.Success:
			i.created(c, r.ID)
		case r.Error.Code == "SLUG_TAKEN":
			if i.clashes(c, r.Error.Error()) {
				again = append(again, c)
			}
		case r.Error.Code == "EXTERNAL_ID_TAKEN" && c.tries < 2*maxTries: // another import was faster
			c.tries += maxTries
			again = append(again, c)
		default:
			i.unusable(c, r.Error.Error())
		}
	}
	return again, nil
}
