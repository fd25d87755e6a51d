package web

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// command is the wish that a form is, about something of a short domain. A form that asks for
// several gives each a part of its own.
func (s *Server) command(c echo.Context, f Form, on domain.Host, body domain.CommandBody, part ...string) domain.Command {
	now := session(c)
	who := now.Caller()
	return domain.Command{
		ID: commandID(who.Account, f.Key, part...), Account: who.Account, By: who.Key, Via: "dashboard", Domain: on,
		Deadline: s.clock().Add(s.deadline), Limits: s.planOf(now.Current).Limits, Body: body,
	}
}

// do has a command done.
func (s *Server) do(c echo.Context, command domain.Command) (domain.Reply, error) {
	return s.Commands.Do(c.Request().Context(), command)
}

// commandID is the same for the same form of the same account, and for nothing else.
func commandID(account domain.AccountID, key string, part ...string) domain.CommandID {
	sum := sha256.Sum256([]byte("dashboard\x00" + string(account) + "\x00" + key + "\x00" + strings.Join(part, "\x00")))
	return domain.CommandID("cmd_" + hex.EncodeToString(sum[:16]))
}
