package httpapi

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// PageNumber is a parameter of a list that is told by pages: a number from 1 to most (0: any), or
// what it is unless it is given.
func PageNumber(c echo.Context, name string, unless, most int) (int, error) {
	raw := c.QueryParam(name)
	if raw == "" {
		return unless, nil
	}
	n, err := strconv.Atoi(raw)
	switch {
	case err == nil && n >= 1 && (most == 0 || n <= most):
		return n, nil
	case most == 0:
		return 0, domain.Errorf(domain.Validation, name, "%s must be a number from 1 on", name)
	}
	return 0, domain.Errorf(domain.Validation, name, "%s must be a number from 1 to %d", name, most)
}
