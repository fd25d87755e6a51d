package fetch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// Post sends a body with a header, and follows no redirect. Whatever the status of the answer is,
// it is no error; of the answer's body the first bytes are read, and the rest is left unread.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body []byte, first int64) (status int, beginning []byte, err error) {
	_, err = limited(ctx, c, func(ctx context.Context) (none struct{}, err error) {
		u, err := parse(address)
		if err != nil {
			return none, err
		}
		res, err := c.do(ctx, http.MethodPost, u, header, bytes.NewReader(body))
		if err != nil {
			return none, err
		}
		defer res.Body.Close()
		status = res.StatusCode
		if beginning, err = io.ReadAll(io.LimitReader(res.Body, first)); err != nil {
			return none, fmt.Errorf("read the answer: %w", err)
		}
		return none, nil
	})
	return status, beginning, err
}
