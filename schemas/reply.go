package schemas

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

// EncodeReply writes a reply. The record's key is the command's id.
func (c *Codec) EncodeReply(ctx context.Context, r domain.Reply) (Message, error) {
	if !plain(string(r.Command)) || !plain(string(r.Account)) {
		return Message{}, unusable("a reply needs a command and an account")
	}
	partition := strconv.FormatInt(int64(r.Position.Partition), 10)
	offset := strconv.FormatInt(r.Position.Offset, 10)
	m := newMessage([]byte(r.Command), replyType(r), sourceDecider, partition+"/"+offset, 4)
	m.set(ceAccount, string(r.Account))
	m.set(ceCommandID, string(r.Command))
	m.set(ceCommandPart, partition)
	m.set(ceCommandOffset, offset)
	if err := c.seal(ctx, r.Account, &m, replyPayload(r)); err != nil {
		return Message{}, fmt.Errorf("write reply to %s: %w", r.Command, err)
	}
	return m, nil
}

// DecodeReply reads a reply. One whose account's key was destroyed is unusable: nobody is
// left to hear it.
func (c *Codec) DecodeReply(ctx context.Context, m Message) (domain.Reply, error) {
	if err := admit(m, replyKind); err != nil {
		return domain.Reply{}, fmt.Errorf("read reply: %w", err)
	}
	e := envelope{m: m}
	r := domain.Reply{
		Command: domain.CommandID(e.text(ceCommandID)),
		Account: domain.AccountID(e.text(ceAccount)),
		Position: domain.Position{
			Partition: int32(e.number(ceCommandPart, 31)), //nolint:gosec // 31 bits
			Offset:    e.number(ceCommandOffset, 63),
		},
	}
	if e.err != nil {
		return domain.Reply{}, fmt.Errorf("read reply: %w", e.err)
	}
	plaintext, err := c.open(ctx, r.Account, m)
	if errors.Is(err, errSeal) || errors.Is(err, domain.ErrNoKey) {
		err = fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	if err == nil {
		err = replyContent(&r, plaintext)
	}
	if err != nil {
		return domain.Reply{}, fmt.Errorf("read reply to %s: %w", r.Command, err)
	}
	if kind, _ := m.Get(ceType); kind != replyType(r) {
		return domain.Reply{}, fmt.Errorf("read reply to %s: %w", r.Command, unusable("its payload is not a %s", kind))
	}
	return r, nil
}

func replyPayload(r domain.Reply) *pb.Reply {
	p := &pb.Reply{
		Link: uint64(r.Link), Version: r.Version, Until: timeOut(r.Until),
		Rejection: rejectionOut(r.Rejection), Items: itemsOut(r.Items),
	}
	if r.Fingerprint != (domain.Fingerprint{}) {
		p.Fingerprint = r.Fingerprint[:]
	}
	return p
}

// replyContent adds what the payload holds.
func replyContent(r *domain.Reply, plaintext []byte) error {
	var p pb.Reply
	if proto.Unmarshal(plaintext, &p) != nil {
		return unusable("its payload is malformed")
	}
	until, known := timeIn(p.GetUntil())
	rejection, told := rejectionIn(p.GetRejection())
	items, listed := itemsIn(p.GetItems())
	if digest := len(p.GetFingerprint()); !known || !told || !listed || digest != 0 && digest != len(r.Fingerprint) {
		return unusable("its payload is not what its type promises")
	}
	copy(r.Fingerprint[:], p.GetFingerprint())
	r.Link, r.Version, r.Until = domain.LinkNumber(p.GetLink()), p.GetVersion(), until
	r.Rejection, r.Items = rejection, items
	return nil
}
