package web

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// mostAtOnce is how many links one form may change.
const mostAtOnce = 500

// bulk is something that is to be done with several links.
type bulk struct {
	Form  Form
	Do    string
	Tag   string
	Back  string // the list that it came of
	Links []domain.Link
}

// verbs are what can be done with several links, as a question and as a report.
var verbs = map[string]struct{ ask, done string }{
	"tag":     {"Tag", "tagged"},
	"untag":   {"Remove the tag from", "untagged"},
	"archive": {"Archive", "archived"},
	"restore": {"Restore", "restored"},
	"disable": {"Switch off", "switched off"},
	"enable":  {"Switch on", "switched on"},
	"delete":  {"Delete", "deleted"},
}

// title is what is about to be done.
func (b bulk) title() string {
	return fmt.Sprintf("%s %d %s", verbs[b.Do].ask, len(b.Links), plural(len(b.Links), "link"))
}

// postBulk is POST /links/bulk: changes the links that were ticked. Deleting them asks once more.
func (s *Server) postBulk(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	b, err := s.readBulk(c, f)
	if domain.CodeOf(err) == domain.Validation {
		s.setFlash(c, flash{Kind: "bad", Text: problemOf(statusOf(err), err).Text})
		return s.redirect(c, b.Back)
	}
	if err != nil {
		return err
	}
	if b.Do == "delete" && f.Get("sure") != "delete" {
		if f.Values.Has("sure") {
			b.Form = f.refused(domain.Errorf(domain.Validation, "sure", "Type delete to go on."))
			return s.again(c, errTyped, b.title(), bulkPage(b), linkFiles...)
		}
		return s.page(c, b.title(), bulkPage(b), linkFiles...)
	}
	results, err := s.doBulk(c, b)
	if err != nil {
		b.Form = f.refused(explained(err))
		return s.again(c, err, b.title(), bulkPage(b), linkFiles...)
	}
	return s.tellBulk(c, b, results)
}

// readBulk is what a form asks for. Links that have gone meanwhile are left out.
func (s *Server) readBulk(c echo.Context, f Form) (bulk, error) {
	b := bulk{Form: f, Do: f.Get("do"), Back: local(f.Raw("back"), "/links")}
	if _, ok := verbs[b.Do]; !ok {
		return b, domain.Errorf(domain.Validation, "do", "Nothing was chosen to be done.")
	}
	if b.Do == "tag" || b.Do == "untag" {
		tags, err := domain.ParseTags([]string{f.Get("tag")})
		if err != nil {
			return b, domain.Errorf(domain.Validation, "tag", "Type the tag first: %s", refusalText("tags", err))
		}
		b.Tag = tags[0]
	}
	var numbers []domain.LinkNumber
	for _, id := range f.All("link") {
		if n, err := domain.ParseLinkNumber(id); err == nil {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 || len(numbers) > mostAtOnce {
		return b, domain.Errorf(domain.Validation, "link", "Tick the links first: 1 to %d of them.", mostAtOnce)
	}
	found, err := s.Links.Many(c.Request().Context(), numbers)
	if err != nil {
		return b, err
	}
	for _, n := range numbers {
		if l, ok := found[n]; ok && l.Account == account(c) {
			b.Links = append(b.Links, l)
		}
	}
	if len(b.Links) == 0 {
		return b, domain.Errorf(domain.Validation, "link", "None of these links is there any more.")
	}
	return b, nil
}

// refusals are why links were left as they were.
type refusals map[domain.LinkNumber]*domain.Error

// doBulk does it, one short domain after the other: each has a decider of its own. What was done
// stays done if a later one fails; sent again it is not done twice.
func (s *Server) doBulk(c echo.Context, b bulk) (refusals, error) {
	refused, on, items := refusals{}, map[domain.Host][]domain.LinkNumber{}, map[domain.Host][]domain.CommandBody{}
	for _, l := range b.Links {
		item, err := b.item(l)
		if refusal, ok := errors.AsType[*domain.Error](err); ok {
			refused[l.Number] = refusal
			continue
		}
		on[l.Domain] = append(on[l.Domain], l.Number)
		items[l.Domain] = append(items[l.Domain], item)
	}
	for _, host := range slices.Sorted(maps.Keys(items)) {
		reply, err := s.do(c, s.command(c, b.Form, host, domain.Batch{Items: items[host]}, string(host)))
		if err != nil {
			return nil, err
		}
		if len(reply.Items) != len(items[host]) {
			return nil, errors.New("a batch has another number of results than of items")
		}
		for i, item := range reply.Items {
			if item.Rejection != nil {
				refused[on[host][i]] = item.Rejection
			}
		}
	}
	return refused, nil
}

// item is what is to be done with one link, or why it can't be.
func (b bulk) item(l domain.Link) (domain.CommandBody, error) {
	switch b.Do {
	case "delete":
		return domain.DeleteLink{Link: l.Number}, nil
	case "tag":
		return tagged(l, append(slices.Clone(l.Tags), b.Tag))
	case "untag":
		return tagged(l, slices.DeleteFunc(slices.Clone(l.Tags), func(t string) bool { return t == b.Tag }))
	}
	x, err := switchOf(b.Do)
	return x.command(l.Number), err
}

func tagged(l domain.Link, raw []string) (domain.CommandBody, error) {
	tags, err := domain.ParseTags(raw)
	return domain.UpdateLink{Link: l.Number, Patch: domain.Patch{Set: domain.Fields(0).With(domain.FieldTags), To: domain.Traits{Tags: tags}}}, err
}

// tellBulk tells on the list what was done.
func (s *Server) tellBulk(c echo.Context, b bulk, refused refusals) error {
	n := len(b.Links) - len(refused)
	message := fmt.Sprintf("%d %s %s.", n, plural(n, "link"), verbs[b.Do].done)
	if len(refused) == 0 {
		return s.done(c, b.Back, message)
	}
	for _, l := range b.Links {
		if e := refused[l.Number]; e != nil {
			message += fmt.Sprintf(" %s/%s: %s", l.Host, l.Slug, sentence(e))
			break
		}
	}
	if len(refused) > 1 {
		message += fmt.Sprintf(" So it is with %d others.", len(refused)-1)
	}
	s.setFlash(c, flash{Kind: "bad", Text: message})
	return s.redirect(c, b.Back)
}
