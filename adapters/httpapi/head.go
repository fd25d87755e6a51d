package httpapi

import (
	"context"
	"net/http"
)

// asGet makes a HEAD the GET it stands for: net/http keeps the body from the client and tells its
// length. What streams ends with its first flush, for nothing of it would be seen.
func asGet(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request, context.CancelFunc) {
	if r.Method != http.MethodHead {
		return w, r, func() {}
	}
	ctx, end := context.WithCancel(r.Context())
	r = r.WithContext(ctx)
	r.Method = http.MethodGet
	return &bodiless{w, end}, r, end
}

// bodiless is an answer of which only the head is wanted.
type bodiless struct {
	http.ResponseWriter

	end context.CancelFunc // of the request
}

// FlushError sends the head.
func (b *bodiless) FlushError() error {
	err := http.NewResponseController(b.ResponseWriter).Flush()
	b.end()
	return err
}

// Unwrap is for http.ResponseController.
func (b *bodiless) Unwrap() http.ResponseWriter { return b.ResponseWriter }
