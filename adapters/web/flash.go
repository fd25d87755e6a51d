package web

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	flashCookie     = "linklog_flash"
	flashCookieLife = time.Minute
)

// flash is a sentence for the next page. It waits in a cookie that only this server sets; a forged
// one can say something, but as text.
type flash struct {
	Kind string // good or bad
	Text string
}

func (s *Server) setFlash(c echo.Context, f flash) {
	s.setCookie(c, flashCookie, base64.RawURLEncoding.EncodeToString([]byte(f.Kind+" "+f.Text)), flashCookieLife)
}

// takeFlash is what the page before left to say; it is said once.
func (s *Server) takeFlash(c echo.Context) flash {
	cookie, err := c.Request().Cookie(flashCookie)
	if err != nil {
		return flash{}
	}
	s.setCookie(c, flashCookie, "", 0)
	raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return flash{}
	}
	kind, text, _ := strings.Cut(string(raw), " ")
	if kind != "good" {
		kind = "bad"
	}
	return flash{Kind: kind, Text: text}
}
