package httpapi

import (
	"errors"
	"strings"

	"github.com/linklog/linklog/domain"
)

// Renamed is a refusal of a field that the request calls otherwise than the domain does: names are
// pairs of the domain's name and the request's.
func Renamed(err error, names ...string) error {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		return err
	}
	f := Failure{Field: e.Field, Message: e.Message}.Renamed(names...)
	if f.Field == e.Field {
		return err
	}
	return &domain.Error{Code: e.Code, Field: f.Field, Message: f.Message}
}

// Renamed is [Renamed] of a failure.
func (f Failure) Renamed(names ...string) Failure {
	for i := 0; i+1 < len(names); i += 2 {
		if f.Field != names[i] {
			continue
		}
		if rest, ok := strings.CutPrefix(f.Message, f.Field+" "); ok {
			f.Message = names[i+1] + " " + rest
		}
		f.Field = names[i+1]
		break
	}
	return f
}

// InPart is a refusal about a part of what was asked for.
func InPart(part string, err error) error {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		return err
	}
	return &domain.Error{Code: e.Code, Field: part + "." + e.Field, Message: part + "." + e.Message}
}

// messageOf is what the domain says is wrong.
func messageOf(err error) string {
	if e, ok := errors.AsType[*domain.Error](err); ok {
		return e.Message
	}
	return err.Error()
}
