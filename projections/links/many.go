package links

import (
	"context"
	"fmt"

	"github.com/linklog/linklog/domain"
)

// Many are the links of these numbers, also deleted and parked ones, read at once. Those that
// don't exist are missing.
func (r *Reader) Many(ctx context.Context, numbers []domain.LinkNumber) (map[domain.LinkNumber]domain.Link, error) {
	if len(numbers) == 0 {
		return map[domain.LinkNumber]domain.Link{}, nil
	}
	all, err := r.byNumber(ctx, numbers)
	if err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	return all, nil
}
