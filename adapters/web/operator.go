package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// operatorPages are the parts of the operator's page.
var operatorPages = []Choice{
	{Value: "/operator", Label: "Health"},
	{Value: "/operator/rebuild", Label: "Rebuild"},
	{Value: "/operator/dead-letters", Label: "Dead letters"},
	{Value: "/operator/blocks", Label: "Blocklist"},
}

// mostLetters is how many dead letters a page lists; the command line has all of them.
const mostLetters = 200

// operating lets through to the operator's pages where there is something behind them.
func (s *Server) operating(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.Operator == nil {
			return domain.Errorf(domain.NotFound, "", "This process doesn't operate the installation.")
		}
		return next(c)
	}
}

// getHealth is GET /operator.
func (s *Server) getHealth(c echo.Context) error {
	h, err := s.Operator.Health(c.Request().Context())
	trouble := ""
	if err != nil { // brokers may be away just when somebody wants to look
		s.report(c, statusOf(err), err)
		trouble = "How the readers are doing can't be told just now: " + reason(err)
	}
	return s.page(c, "Operator", operatorView("/operator", healthView(h, s.Operator.Rebuilding(), trouble)))
}

// reason is what an operator is told of an error: all of it.
func reason(err error) string { return strings.TrimSuffix(err.Error(), ".") + "." }

// getRebuild is GET /operator/rebuild.
func (s *Server) getRebuild(c echo.Context) error {
	return s.page(c, "Rebuild", operatorView("/operator/rebuild", rebuildView(s.form(c), s.Operator.Rebuilding())))
}

// postRebuild is POST /operator/rebuild: begins one.
func (s *Server) postRebuild(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	if err := s.Operator.Rebuild(f.Get("model")); err != nil {
		return s.again(c, err, "Rebuild", operatorView("/operator/rebuild", rebuildView(f.refused(err), s.Operator.Rebuilding())))
	}
	return s.done(c, "/operator/rebuild", "The rebuild has begun.")
}

// getBlocks is GET /operator/blocks.
func (s *Server) getBlocks(c echo.Context) error {
	all, err := s.Operator.Blocks(c.Request().Context())
	if err != nil {
		return err
	}
	return s.page(c, "Blocklist", operatorView("/operator/blocks", blocksView(s.form(c).With("kind", "host"), all)))
}

// postBlock is POST /operator/blocks: puts something out of use, or back.
func (s *Server) postBlock(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	b, err := s.block(c, f)
	if err != nil {
		all, unknown := s.Operator.Blocks(c.Request().Context())
		if unknown != nil {
			return unknown
		}
		return s.again(c, err, "Blocklist", operatorView("/operator/blocks", blocksView(f.refused(err), all)))
	}
	state := "out of use"
	if f.Get("on") != "yes" {
		state = "in use again"
	}
	return s.done(c, "/operator/blocks", fmt.Sprintf("%s %s is %s.", words(b.Kind.String()), b.Value, state))
}

func (s *Server) block(c echo.Context, f Form) (domain.Block, error) {
	b, err := domain.ParseBlock(f.Get("kind"), f.Get("value"))
	if err != nil {
		return b, err
	}
	command := s.command(c, f, s.host, domain.SetBlock{Block: b, On: f.Get("on") == "yes", Reason: f.Get("reason")})
	command.ID = commandID(domain.SystemAccount, f.Key) // the operator speaks for the installation, not for an account
	command.Account, command.Limits = domain.SystemAccount, domain.Limits{}
	_, err = s.do(c, command)
	return b, err
}

// sized writes a size for people.
func sized(n uint64) string {
	const step = 1024
	units := []string{"B", "KB", "MB", "GB", "TB"}
	v, u := float64(n), 0
	for v >= step && u < len(units)-1 {
		v, u = v/step, u+1
	}
	if u == 0 || v >= 100 {
		return fmt.Sprintf("%.0f %s", v, units[u])
	}
	return fmt.Sprintf("%.1f %s", v, units[u])
}

// lasting writes how long something took, or takes.
func lasting(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under a second"
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}
