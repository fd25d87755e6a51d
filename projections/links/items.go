package links

import (
	"encoding/json"

	"github.com/linklog/linklog/domain"
)

// item is what became of an item of a batch, as rows keep it. Codes keep their number.
type item struct {
	Link    int64       `json:"l,omitempty"`
	Version uint64      `json:"v,omitempty"`
	Code    domain.Code `json:"c,omitempty"`
	Message string      `json:"m,omitempty"`
	Field   string      `json:"f,omitempty"`
	Refused bool        `json:"r,omitempty"`
}

func itemsText(items []domain.ItemResult) *string {
	if items == nil {
		return nil
	}
	rows := make([]item, len(items))
	for i, r := range items {
		rows[i] = item{Link: signed(r.Link), Version: r.Version}
		if e := r.Rejection; e != nil {
			rows[i].Refused, rows[i].Code, rows[i].Message, rows[i].Field = true, e.Code, e.Message, e.Field
		}
	}
	text, err := json.Marshal(rows)
	if err != nil { // texts and numbers always have an encoding
		return nil
	}
	return new(clean(text))
}

func itemsOf(text *string) ([]domain.ItemResult, error) {
	if text == nil {
		return nil, nil
	}
	var rows []item
	if err := json.Unmarshal([]byte(*text), &rows); err != nil {
		return nil, err
	}
	items := make([]domain.ItemResult, len(rows))
	for i, r := range rows {
		items[i] = domain.ItemResult{Link: number(r.Link), Version: r.Version}
		if r.Refused {
			items[i].Rejection = &domain.Error{Code: r.Code, Message: r.Message, Field: r.Field}
		}
	}
	return items, nil
}
