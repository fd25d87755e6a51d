package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// resultAnswer is what became of an operation.
type resultAnswer struct {
	Op      string       `json:"op"`
	Success bool         `json:"success"`
	Status  int          `json:"status"` // of the request that does the same alone
	ID      string       `json:"id,omitempty"`
	Link    *linkAnswer  `json:"link,omitempty"` // as all operations left it; a deleted link isn't shown
	Error   *errorAnswer `json:"error,omitempty"`
}

// errorAnswer is what was wrong with an operation.
type errorAnswer struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Field   string `json:"field,omitempty"`
}

// showResults answers with the operations in their order.
func (s *Server) showResults(c echo.Context, all []*operation) error {
	shown, err := s.shownAfter(c, all)
	if err != nil {
		return err
	}
	results, failed := make([]resultAnswer, len(all)), 0
	for i, o := range all {
		r := resultAnswer{Op: o.op, Success: !o.refused(), Status: o.status()}
		if e := o.result.Rejection; e != nil {
			r.Error = &errorAnswer{statuses[e.Code].Code, e.Message, e.Field}
			failed++
		}
		if n := o.result.Link; n != 0 {
			r.ID = n.String()
		} else if o.link != 0 {
			r.ID = o.link.String()
		}
		if a, ok := shown[o.result.Link]; ok && o.op != opDelete && r.Success {
			r.Link = &a
		}
		results[i] = r
	}
	return answer(c, http.StatusOK, struct {
		Success   bool           `json:"success"` // of the request; each result has its own
		Succeeded int            `json:"succeeded"`
		Failed    int            `json:"failed"`
		Results   []resultAnswer `json:"results"`
	}{true, len(all) - failed, failed, results})
}

func (o *operation) status() int {
	switch {
	case o.refused():
		return statuses[o.result.Rejection.Code].HTTP
	case o.op == opDelete:
		return http.StatusNoContent
	case o.op != opUpdate && o.result.Version == 1:
		return http.StatusCreated
	}
	return http.StatusOK
}

// shownAfter is how the links are that operations made or changed. Nobody can have visited those
// that are new.
func (s *Server) shownAfter(c echo.Context, all []*operation) (map[domain.LinkNumber]linkAnswer, error) {
	var numbers, visited []domain.LinkNumber
	for _, o := range all {
		if o.refused() || o.op == opDelete {
			continue
		}
		numbers = append(numbers, o.result.Link)
		if o.status() != http.StatusCreated {
			visited = append(visited, o.result.Link)
		}
	}
	known, err := s.links.Many(c.Request().Context(), numbers)
	if err != nil {
		return nil, s.doneButUnread(c, err)
	}
	totals, err := s.clicks.Totals(c.Request().Context(), visited)
	if err != nil {
		return nil, s.doneButUnread(c, err)
	}
	shown := make(map[domain.LinkNumber]linkAnswer, len(known))
	for n, l := range known {
		if l.Status == domain.Active {
			shown[n] = s.shownWith(l, totals[n].Human, wantsAll(c))
		}
	}
	return shown, nil
}

// doneButUnread is the error of a read that should have shown what a request did.
func (*Server) doneButUnread(c echo.Context, err error) error {
	key, _ := idempotencyKey(c) // it was good enough before
	return doneUnseen(domain.Reply{}, key, err)
}
