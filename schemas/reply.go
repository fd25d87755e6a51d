package schemas

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

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
	p := &pb.Reply{Link: uint64(r.Link), Version: r.Version, Until: timeOut(r.Until)}
	if r.Fingerprint != (domain.Fingerprint{}) {
		p.Fingerprint = r.Fingerprint[:]
	}
	if r.Rejection != nil {
		p.Rejection = &pb.Rejection{
			Code:    pb.RejectionCode(r.Rejection.Code) + 1,
			Message: strings.ToValidUTF8(r.Rejection.Message, "\uFFFD"),
			Field:   strings.ToValidUTF8(r.Rejection.Field, "\uFFFD"),
		}
	}
	return p
}

// replyContent adds what the payload holds. A code this version has no name for keeps its
// number: the asker then hears that something went wrong, not silence.
func replyContent(r *domain.Reply, plaintext []byte) error {
	var p pb.Reply
	if proto.Unmarshal(plaintext, &p) != nil {
		return unusable("its payload is malformed")
	}
	until, ok := timeIn(p.GetUntil())
	if digest := len(p.GetFingerprint()); !ok || digest != 0 && digest != len(r.Fingerprint) {
		return unusable("its payload is not what its type promises")
	}
	copy(r.Fingerprint[:], p.GetFingerprint())
	r.Link, r.Version, r.Until = domain.LinkNumber(p.GetLink()), p.GetVersion(), until
	if p.Rejection == nil {
		return nil
	}
	code := p.GetRejection().GetCode() - 1
	if code < 0 || code > 255 {
		return unusable("its rejection has no code")
	}
	r.Rejection = &domain.Error{
		Code: domain.Code(code), Message: p.GetRejection().GetMessage(), Field: p.GetRejection().GetField(),
	}
	return nil
}
