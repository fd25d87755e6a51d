package spotify

import (
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// maxIDs is how many links one request may delete.
const maxIDs = 5

// removal is what became of the links of a request.
type removal struct {
	Deleted []string  `json:"deleted"`
	Failed  []failing `json:"failed"`
}

// failing is a link that was not deleted.
type failing struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// fail notes a refusal of one link; any other error is returned.
func (r *removal) fail(id string, err error) error {
	refusal, ok := errors.AsType[*domain.Error](err)
	if !ok || refusal.Code == domain.Internal {
		return err
	}
	r.Failed = append(r.Failed, failing{id, words(refusal.Code, refusal.Message)})
	return nil
}

// removeSeveral is POST /api/links/bulk-delete.
func (a *api) removeSeveral(c echo.Context) error {
	ids, err := readIDs(c)
	if err != nil {
		return err
	}
	r := removal{Deleted: []string{}, Failed: []failing{}}
	on := map[domain.Host][]domain.CommandBody{}
	for _, raw := range ids {
		l, err := a.own(c, raw)
		if err == nil {
			on[l.Domain] = append(on[l.Domain], domain.DeleteLink{Link: l.Number})
		} else if err := r.fail(raw, err); err != nil {
			return err
		}
	}
	for _, host := range slices.Sorted(maps.Keys(on)) {
		if err := a.removeOn(c, host, on[host], &r); err != nil {
			return err
		}
	}
	return a.s.Answer(c, http.StatusOK, r)
}

// removeOn deletes links of one domain. If that can't be done, the request has failed unless some
// were deleted already.
func (a *api) removeOn(c echo.Context, host domain.Host, deletions []domain.CommandBody, r *removal) error {
	results, err := a.s.Batch(c, host, deletions)
	if err != nil && len(r.Deleted) == 0 {
		return err
	}
	for i, body := range deletions {
		link, _ := body.(domain.DeleteLink)
		switch {
		case err != nil:
			r.Failed = append(r.Failed, failing{id(link.Link), "Server error during deletion."})
		case results[i].Rejection != nil:
			r.Failed = append(r.Failed, failing{id(link.Link), words(results[i].Rejection.Code, results[i].Rejection.Message)})
		default:
			r.Deleted = append(r.Deleted, id(link.Link))
		}
	}
	return nil
}

// readIDs reads the ids of a request, each once.
func readIDs(c echo.Context) ([]string, error) {
	f, err := httpapi.ReadFields(c)
	if err != nil {
		return nil, err
	}
	var ids []string
	if err := f.Value("ids", &ids, "a list of record ids"); err != nil {
		return nil, err
	}
	if len(ids) == 0 || len(ids) > maxIDs {
		return nil, domain.Errorf(domain.Validation, "ids", "ids must be 1 to %d record ids", maxIDs)
	}
	var once []string
	for _, id := range ids {
		if !slices.Contains(once, id) {
			once = append(once, id)
		}
	}
	return once, nil
}
