package httpapi

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/commands"
	"github.com/linklog/linklog/domain"
)

const (
	idempotencyHeader  = "Idempotency-Key"
	maxIdempotencyKey  = 255
	randomIdempotency  = 20 // characters of a drawn key: 100 bits
	commandFingerprint = 16 // bytes of a command id's hash
)

// unfinished is a command whose result can't be promised, with the key that makes a retry safe.
type unfinished struct {
	*commands.Unfinished

	key string
}

// change has a command done for the caller.
func (s *Server) change(c echo.Context, host domain.Host, ifVersion uint64, body domain.CommandBody) (domain.Reply, string, error) {
	key, err := idempotencyKey(c)
	if err != nil {
		return domain.Reply{}, "", err
	}
	command := s.command(c, key, host, body)
	command.IfVersion = ifVersion
	reply, err := s.do(c, key, command)
	return reply, key, err
}

// command is the caller's wish under a key.
func (s *Server) command(c echo.Context, key string, host domain.Host, body domain.CommandBody) domain.Command {
	who := caller(c)
	if apart, _ := c.Get(apartKey).(string); apart != "" {
		key = apart + "\x00" + key
	}
	return domain.Command{
		ID: commandID(who.Account, key), Account: who.Account, By: who.Key, Via: via(c), Domain: host,
		Deadline: s.clock().Add(s.deadline), Limits: s.planOf(who).Limits, Body: body,
	}
}

// do has a command of a request with that idempotency key done.
func (s *Server) do(c echo.Context, key string, command domain.Command) (domain.Reply, error) {
	reply, err := s.commands.Do(c.Request().Context(), command)
	if u, ok := errors.AsType[*commands.Unfinished](err); ok {
		return domain.Reply{}, &unfinished{u, key}
	}
	return reply, err
}

// doneUnseen is the error of a read that should have shown what a command did.
func doneUnseen(reply domain.Reply, key string, err error) error {
	if domain.CodeOf(err) == domain.NotFound { // deleted in the meantime
		return err
	}
	return &unfinished{&commands.Unfinished{Command: reply.Command, Fate: commands.Done, Cause: err}, key}
}

// idempotencyKey is the request's, or one drawn for it.
func idempotencyKey(c echo.Context) (string, error) {
	given := c.Request().Header.Values(idempotencyHeader)
	if drawn, ok := c.Get(idempotencyHeader).(string); ok {
		return drawn, nil
	}
	if len(given) == 0 {
		drawn := strings.ToLower(rand.Text()[:randomIdempotency])
		c.Set(idempotencyHeader, drawn)
		return drawn, nil
	}
	key := given[0]
	if key == "" || len(key) > maxIdempotencyKey || strings.ContainsFunc(key, func(r rune) bool { return r < 0x20 || r > 0x7e }) {
		return "", domain.Errorf(domain.Validation, idempotencyHeader, "Idempotency-Key must have 1 to %d printable ASCII characters", maxIdempotencyKey)
	}
	return key, nil
}

// commandID is the same for the same key of the same account, and for nothing else.
func commandID(account domain.AccountID, key string) domain.CommandID {
	sum := sha256.Sum256([]byte(string(account) + "\x00" + key))
	return domain.CommandID("cmd_" + hex.EncodeToString(sum[:commandFingerprint]))
}
