package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/linklog/linklog/projections"
)

// severalLinks are the links of a command that may be for many.
type severalLinks struct {
	remoteSettings
	linkFilters
	Links  []string `arg:"" optional:"" name:"link" help:"The links; - reads them from standard input, one a line."`
	DryRun bool     `help:"Tell which links it would be, and do nothing." env:"-"`
}

const severalHelp = `
Links that are gone already are told, and the others done; the exit status is that of the
first that failed.` + remoteHelp

// find is the chosen links: those that are named, or those that the filters leave.
func (s *severalLinks) find(ctx context.Context, r *remote) (all []foundLink, failed error, err error) {
	filtered := s.linkFilters != linkFilters{}
	switch {
	case filtered && len(s.Links) > 0:
		return nil, nil, misused("give links or filters, not both")
	case filtered:
		err := r.links(ctx, s.query(), 0, func(page []foundLink) error {
			all = append(all, page...)
			return nil
		})
		return all, nil, err
	case len(s.Links) == 0:
		return nil, nil, misused("say which links: give some, - or filters as --tag")
	}
	names, err := s.names()
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for _, name := range names {
		l, err := r.find(ctx, name)
		switch {
		case err != nil && !aboutOne(err):
			return nil, nil, err
		case err != nil:
			r.terminal.sayf("linklog: %v", err)
			failed = earlier(failed, err)
		case !seen[l.ID]:
			seen[l.ID] = true
			all = append(all, l)
		}
	}
	return all, failed, nil
}

// names is what was named, with standard input in the place of -.
func (s *severalLinks) names() (all []string, err error) {
	for _, name := range s.Links {
		if name != "-" {
			all = append(all, name)
			continue
		}
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			if line := strings.TrimSpace(lines.Text()); line != "" {
				all = append(all, line)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("read links: %w", err)
		}
	}
	return all, nil
}

// aboutOne reports whether an error is about one link, so that the next may do well.
func aboutOne(err error) bool {
	status := exitStatus(err)
	f, ok := errors.AsType[*refusal](err)
	return ok && (status == exitNotFound || status == exitConflict || f.HTTP == http.StatusUnprocessableEntity)
}

func earlier(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// deed is what is done to each of the links.
type deed struct {
	method, path string
	done         string            // past tense
	allowed      func(n int) error // asked before the first one; may be nil
}

// run does a deed to every chosen link.
func (s *severalLinks) run(ctx context.Context, t *terminal, d deed) error {
	r, err := s.connect(t)
	if err != nil {
		return err
	}
	all, failed, err := s.find(ctx, r)
	if err != nil {
		return err
	}
	if s.DryRun {
		if err := s.tell(t, all); err != nil {
			return err
		}
		t.sayf("%s would be %s", linkCount(len(all)), d.done)
		return counted(failed, len(all))
	}
	if d.allowed != nil {
		if err := d.allowed(len(all)); err != nil {
			return err
		}
	}
	progress := newGauge(t, false)
	defer progress.end()
	n := 0
	for i := range all {
		err := s.do(ctx, t, r, d, &all[i])
		switch {
		case err == nil:
			n++
		case !aboutOne(err):
			return fmt.Errorf("%s %s, then: %w", linkCount(n), d.done, err)
		default:
			t.sayf("linklog: %s: %v", all[i].ShortURL, err)
			failed = earlier(failed, err)
		}
		if progress.bar && len(all) > 20 {
			progress.show(projections.Progress{Applied: int64(i + 1), Total: int64(len(all))})
		}
	}
	if len(all) != 1 || n != 1 {
		t.sayf("%s %s", linkCount(n), d.done)
	}
	return counted(failed, n)
}

// counted is the first failure with what was done in spite of it.
func counted(failed error, n int) error {
	if failed == nil {
		return nil
	}
	return &exitError{exitStatus(failed), fmt.Errorf("%s done, not all", linkCount(n))}
}

func linkCount(n int) string {
	if n == 1 {
		return "1 link"
	}
	return fmt.Sprintf("%d links", n)
}

// do does a deed to one link and writes what became of it.
func (s *severalLinks) do(ctx context.Context, t *terminal, r *remote, d deed, l *foundLink) error {
	a, err := r.do(ctx, call{method: d.method, path: "/links/" + l.ID + d.path, query: allMembers(), twice: true})
	if err != nil {
		return err
	}
	if len(a.body) > 0 {
		var changed oneLink
		if err := json.Unmarshal(a.body, &changed); err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		l = &changed.Link
	}
	if s.JSON {
		return printLine(t.out, l.all)
	}
	return t.line(d.done + " " + l.ShortURL)
}

// tell lists links without doing anything.
func (s *severalLinks) tell(t *terminal, all []foundLink) error {
	if s.JSON {
		return printLinks(t, all)
	}
	for i := range all {
		if err := t.line(all[i].ID + "  " + all[i].ShortURL); err != nil {
			return err
		}
	}
	return nil
}

type linksDeleteCmd struct {
	severalLinks
	Yes bool `help:"Don't ask before several are deleted." short:"y" env:"-"`
}

// Help shows an example.
func (c *linksDeleteCmd) Help() string {
	return `There is no way back; archive keeps a link. Asks before it deletes several; where nobody can
be asked it wants --yes. With --json it prints the links as they were.

  linklog links delete spring-sale
  linklog links delete --tag trial --status expired --dry-run
  linklog links list --search old --json | jq -r .id | linklog links delete - --yes
` + severalHelp
}

// Run deletes links.
func (c *linksDeleteCmd) Run(ctx context.Context, t *terminal) error {
	return c.run(ctx, t, deed{method: http.MethodDelete, done: "deleted", allowed: func(n int) error { return c.agreed(t, n) }})
}

// agreed asks whether so many links shall be deleted.
func (c *linksDeleteCmd) agreed(t *terminal, n int) error {
	named := len(c.Links) == 1 && c.Links[0] != "-"
	if c.Yes || named || n == 0 {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return misused("this would delete %s: say --yes, or --dry-run to see them", linkCount(n))
	}
	_, _ = fmt.Fprintf(t.err, "Delete %s and their analytics for good? [y/N] ", linkCount(n))
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	if answer := strings.ToLower(strings.TrimSpace(line)); answer != "y" && answer != "yes" {
		return errors.New("nothing was deleted")
	}
	return nil
}

type linksArchiveCmd struct {
	severalLinks
}

// Help shows an example.
func (*linksArchiveCmd) Help() string {
	return `  linklog links archive spring-sale summer-sale
  linklog links archive --tag trial --dry-run
` + severalHelp
}

// Run archives links.
func (c *linksArchiveCmd) Run(ctx context.Context, t *terminal) error {
	return c.run(ctx, t, deed{method: http.MethodPost, path: "/archive", done: "archived"})
}

type linksRestoreCmd struct {
	severalLinks
}

// Help shows an example.
func (*linksRestoreCmd) Help() string {
	return `Filters without --status are about archived links.

  linklog links restore lnk_7f3k9x
  linklog links restore --tag trial
` + severalHelp
}

// Run restores links.
func (c *linksRestoreCmd) Run(ctx context.Context, t *terminal) error {
	if c.linkFilters != (linkFilters{}) && c.Status == "" {
		c.Status = "archived"
	}
	return c.run(ctx, t, deed{method: http.MethodPost, path: "/restore", done: "restored"})
}
