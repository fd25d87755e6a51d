package kafka

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/linklog/linklog/schemas"
)

// waitReadable is the pause between looks at a record that can't be read yet.
const waitReadable = time.Second

// untilReadable decodes a record, again and again while the reason it can't be read may go
// away: a newer version wrote it and we are about to be upgraded, or the keys can't be had at
// the moment. The answer is nil, [schemas.ErrUnusable], or ctx's error.
func untilReadable(ctx context.Context, log *slog.Logger, topic string, partition int32, r record, decode func(schemas.Message) error) error {
	m := r.message()
	for logged := false; ; {
		err := decode(m)
		if err == nil || errors.Is(err, schemas.ErrUnusable) {
			return err
		}
		if !logged && ctx.Err() == nil {
			logged = true
			log.Warn("waiting for a record to become readable", "topic", topic, "partition", partition, "offset", r.offset, "error", err)
		}
		if !pause(ctx, waitReadable) {
			return ctx.Err()
		}
	}
}
