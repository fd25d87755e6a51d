package schemas

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// MaxTraits bounds the traits that one creation or change of a link may bring, in bytes as
// they are encoded. A fact holds what traits were beside what they are, the former perhaps
// collected over several changes, and has to fit into a record of a mebibyte.
const MaxTraits = 256 << 10

// EncodeCommand writes a command. The record's key is its registered short domain. What is
// more than [MaxTraits] is a domain.Error of code TooLarge.
func (c *Codec) EncodeCommand(ctx context.Context, cmd domain.Command) (Message, error) {
	m, payload, err := commandMessage(cmd)
	if err != nil {
		return Message{}, err
	}
	if err := c.seal(ctx, cmd.Account, &m, payload); err != nil {
		return Message{}, fmt.Errorf("write command %s: %w", cmd.ID, err)
	}
	return m, nil
}

// CommandSize is how many bytes of key, headers and value [Codec.EncodeCommand] makes of a
// command. It asks for no key and fails only as EncodeCommand would for everybody.
func CommandSize(cmd domain.Command) (int, error) {
	m, payload, err := commandMessage(cmd)
	if err != nil {
		return 0, err
	}
	return sealedSize(m, payload), nil
}

// commandMessage is a command before it is sealed.
func commandMessage(cmd domain.Command) (m Message, payload *pb.Command, err error) {
	payload, err = commandPayload(cmd)
	if err == nil {
		err = checkTraits(payload)
	}
	if err != nil {
		return Message{}, nil, err
	}
	if !plain(string(cmd.ID)) || !plain(string(cmd.Account)) || !plain(string(cmd.Domain)) {
		return Message{}, nil, unusable("a command needs an id, an account and a domain")
	}
	m = newMessage([]byte(cmd.Domain), commandType(cmd.Body), sourceAPI, string(cmd.ID), 2)
	m.set(ceDataSchema, schemaOf(commandNeeds(cmd)))
	m.set(ceAccount, string(cmd.Account))
	m.set(ceDeadline, timeText(cmd.Deadline))
	return m, payload, nil
}

// DecodeCommand reads a command and fills its fingerprint. With [ErrUnknown] and
// [ErrUnusable] it returns what the headers told: id, account, domain and deadline as far as
// they are readable, so that the asker can be answered.
func (c *Codec) DecodeCommand(ctx context.Context, m Message) (domain.Command, error) {
	e := envelope{m: m}
	cmd := domain.Command{
		ID:       domain.CommandID(e.text(ceID)),
		Account:  domain.AccountID(e.text(ceAccount)),
		Domain:   e.host(),
		Deadline: e.time(ceDeadline),
	}
	if err := admit(m, commandKind); err != nil {
		return cmd, fmt.Errorf("read command %q: %w", cmd.ID, err)
	}
	if e.err != nil {
		return cmd, fmt.Errorf("read command %q: %w", cmd.ID, e.err)
	}
	full, err := c.commandContent(ctx, m, cmd)
	if err != nil {
		return cmd, fmt.Errorf("read command %s: %w", cmd.ID, err)
	}
	return full, nil
}

// commandContent adds what the payload holds.
func (c *Codec) commandContent(ctx context.Context, m Message, cmd domain.Command) (domain.Command, error) {
	plaintext, err := c.open(ctx, cmd.Account, m)
	if errors.Is(err, errSeal) || errors.Is(err, domain.ErrNoKey) {
		return cmd, fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	if err != nil {
		return cmd, err
	}
	var payload pb.Command
	if proto.Unmarshal(plaintext, &payload) != nil {
		return cmd, unusable("its payload is malformed")
	}
	w := wish{}
	cmd.By, cmd.Via, cmd.IfVersion = domain.KeyID(payload.GetBy()), payload.GetVia(), payload.GetIfVersion()
	cmd.Limits = domain.Limits{Links: payload.GetLimits().GetLinks(), FixedURLs: payload.GetLimits().GetFixedUrls()}
	cmd.Body = w.body(&payload)
	if w.err != nil {
		return cmd, w.err
	}
	if kind, _ := m.Get(ceType); kind != commandType(cmd.Body) {
		return cmd, unusable("its payload is not a %s", kind)
	}
	cmd.Fingerprint, err = Fingerprint(cmd)
	return cmd, err
}
