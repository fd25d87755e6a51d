package httpapi

import (
	"bytes"

	"github.com/labstack/echo/v4"
)

// answer writes v as JSON.
func answer(c echo.Context, code int, v any) error {
	var b bytes.Buffer
	if err := appendJSON(&b, v); err != nil {
		return err
	}
	b.WriteByte('\n')
	return c.Blob(code, echo.MIMEApplicationJSON, b.Bytes())
}
