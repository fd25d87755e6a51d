package linxly

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// utm is a link's UTM values; nil: none.
type utm struct {
	Source   *string `json:"utm_source"`
	Medium   *string `json:"utm_medium"`
	Campaign *string `json:"utm_campaign"`
	Term     *string `json:"utm_term"`
	Content  *string `json:"utm_content"`
}

func showUTM(u domain.UTM) *utm {
	if u == (domain.UTM{}) {
		return nil
	}
	return &utm{unlessEmpty(u.Source), unlessEmpty(u.Medium), unlessEmpty(u.Campaign), unlessEmpty(u.Term), unlessEmpty(u.Content)}
}

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// setUTM says that all five values are meant.
func (w *wish) setUTM() {
	for _, f := range []domain.Field{
		domain.FieldUTMSource, domain.FieldUTMMedium, domain.FieldUTMCampaign, domain.FieldUTMTerm, domain.FieldUTMContent,
	} {
		w.patch.Set = w.patch.Set.With(f)
	}
}

// readUTM reads the field utm; null is no values.
func readUTM(f httpapi.Fields) (u domain.UTM, err error) {
	if !f.Has(fieldUTM) {
		return u, nil
	}
	var inner httpapi.Fields
	if err := f.Value(fieldUTM, &inner, "an object"); err != nil {
		return u, err
	}
	for name, at := range map[string]*string{
		"utm_source": &u.Source, "utm_medium": &u.Medium, "utm_campaign": &u.Campaign, "utm_term": &u.Term, "utm_content": &u.Content,
	} {
		if !inner.Has(name) {
			continue
		}
		if *at, err = inner.Text(name); err != nil {
			return u, inUTM(err)
		}
	}
	u, err = domain.ParseUTM(u)
	return u, inUTM(err)
}

// inUTM is a refusal of one of the values, named as Laravel names what is inside of something.
func inUTM(err error) error {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		return err
	}
	return &domain.Error{Code: e.Code, Field: fieldUTM + "." + e.Field, Message: fieldUTM + "." + e.Message}
}

// utmID is the id of a link's UTM values: of an account, the same ones have the same.
func utmID(l domain.Link) *uint64 {
	u := l.UTM
	if u == (domain.UTM{}) {
		return nil
	}
	id := stable("utm", string(l.Account), u.Source, u.Medium, u.Campaign, u.Term, u.Content)
	return &id
}

// stable is a number below 2^53 that stands for texts, always the same.
func stable(texts ...string) uint64 {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return binary.BigEndian.Uint64(sum[:]) >> 11
}
