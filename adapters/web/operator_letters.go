package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// lettersPage is the list of records that could not be used.
type lettersPage struct {
	Form    Form
	Letters []DeadLetter
	Handled bool // also those that something was done about
	More    int  // that are not listed
}

// letters reads the list.
func (s *Server) letters(c echo.Context, f Form) (lettersPage, error) {
	p := lettersPage{Form: f, Handled: c.QueryParam("handled") == "yes"}
	all, err := s.Operator.DeadLetters(c.Request().Context())
	if err != nil {
		return p, err
	}
	if !p.Handled {
		all = slices.DeleteFunc(all, func(l DeadLetter) bool { return l.Status == "retried" || l.Status == "dropped" })
	}
	slices.Reverse(all)
	p.Letters = all[:min(len(all), mostLetters)]
	p.More = len(all) - len(p.Letters)
	return p, nil
}

// getLetters is GET /operator/dead-letters.
func (s *Server) getLetters(c echo.Context) error {
	p, err := s.letters(c, s.form(c))
	if err != nil {
		return err
	}
	return s.page(c, "Dead letters", operatorView("/operator/dead-letters", lettersView(p)))
}

// getLetter is GET /operator/dead-letters/:topic/:partition/:offset.
func (s *Server) getLetter(c echo.Context) error {
	id := c.Param("topic") + "/" + c.Param("partition") + "/" + c.Param("offset")
	l, err := s.Operator.DeadLetter(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return s.page(c, "Dead letter "+id, operatorView("/operator/dead-letters", letterView(s.form(c), l)))
}

// postLetters is POST /operator/dead-letters: puts records back, or gives up on them.
func (s *Server) postLetters(c echo.Context) error {
	f, err := s.posted(c)
	if err != nil {
		return err
	}
	ids := f.All("id")
	said, err := s.handle(c, f.Get("do"), ids)
	if err == nil {
		return s.done(c, "/operator/dead-letters", said)
	}
	p, unknown := s.letters(c, f.refused(err))
	if unknown != nil {
		return unknown
	}
	return s.again(c, err, "Dead letters", operatorView("/operator/dead-letters", lettersView(p)))
}

func (s *Server) handle(c echo.Context, how string, ids []string) (string, error) {
	if len(ids) == 0 {
		return "", domain.Errorf(domain.Validation, "", "Choose at least one record.")
	}
	if how == "drop" {
		return records(len(ids)) + " will not be listed any more.", s.Operator.Drop(c.Request().Context(), ids)
	}
	refused, err := s.Operator.Retry(c.Request().Context(), ids)
	if err == nil && len(refused) > 0 {
		err = domain.Errorf(domain.Validation, "", "%s put back, %d not: %s", records(len(ids)-len(refused)), len(refused), strings.Join(refused, "; "))
	}
	return records(len(ids)) + " put back.", err
}

func records(n int) string {
	if n == 1 {
		return "One record"
	}
	return fmt.Sprintf("%d records", n)
}
