package schemas

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// EncodeCommand writes a command. The record's key is its registered short domain.
func (c *Codec) EncodeCommand(ctx context.Context, cmd domain.Command) (Message, error) {
	payload, err := commandPayload(cmd)
	if err != nil {
		return Message{}, err
	}
	if !plain(string(cmd.ID)) || !plain(string(cmd.Account)) || !plain(string(cmd.Domain)) {
		return Message{}, unusable("a command needs an id, an account and a domain")
	}
	m := newMessage([]byte(cmd.Domain), commandType(cmd.Body), sourceAPI, string(cmd.ID), 2)
	m.set(ceAccount, string(cmd.Account))
	m.set(ceDeadline, timeText(cmd.Deadline))
	if err := c.seal(ctx, cmd.Account, &m, payload); err != nil {
		return Message{}, fmt.Errorf("write command %s: %w", cmd.ID, err)
	}
	return m, nil
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
	cmd.By, cmd.IfVersion, cmd.Body = domain.KeyID(payload.GetBy()), payload.GetIfVersion(), w.body(&payload)
	if w.err != nil {
		return cmd, w.err
	}
	if kind, _ := m.Get(ceType); kind != commandType(cmd.Body) {
		return cmd, unusable("its payload is not a %s", kind)
	}
	cmd.Fingerprint, err = Fingerprint(cmd)
	return cmd, err
}

func commandPayload(c domain.Command) (*pb.Command, error) {
	p := &pb.Command{By: string(c.By), IfVersion: c.IfVersion}
	switch b := c.Body.(type) {
	case domain.RegisterDomain:
		p.Body = &pb.Command_RegisterDomain{RegisterDomain: &pb.RegisterDomain{Cases: casesOut(b.Cases)}}
	case domain.CreateLink:
		p.Body = &pb.Command_CreateLink{CreateLink: &pb.CreateLink{
			Host: string(b.Host), Slug: string(b.Slug),
			Destination: string(b.Destination), Expires: timeOut(b.Expires),
		}}
	case domain.UpdateLink:
		p.Body = &pb.Command_UpdateLink{UpdateLink: updateOut(b)}
	case domain.DeleteLink:
		p.Body = &pb.Command_DeleteLink{DeleteLink: &pb.DeleteLink{Link: uint64(b.Link)}}
	default:
		return nil, fmt.Errorf("write command %s: no message for %T", c.ID, c.Body)
	}
	return p, nil
}

func updateOut(b domain.UpdateLink) *pb.UpdateLink {
	p := &pb.UpdateLink{Link: uint64(b.Link)}
	if b.Destination != nil {
		p.Destination = proto.String(string(*b.Destination))
	}
	if b.Slug != nil {
		p.Slug = proto.String(string(*b.Slug))
	}
	if b.Expires != nil {
		p.Expiry = &pb.Expiry{At: timeOut(*b.Expires)}
	}
	return p
}
