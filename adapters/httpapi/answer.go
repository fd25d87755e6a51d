package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/labstack/echo/v4"
)

// answer writes v as JSON, with URLs as people write them (no \u0026).
func answer(c echo.Context, code int, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return c.Blob(code, echo.MIMEApplicationJSON, b.Bytes())
}
