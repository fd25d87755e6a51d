package httpapi

import (
	"bytes"
	"context"
	"errors"

	"github.com/linklog/linklog/adapters/httpapi/qr"
	"github.com/linklog/linklog/domain"
)

// Picture is what a logo is made of: the file in a data URL, or the one at a public address, which is
// remembered for ten minutes. It must not be written to. What is wrong with it is called style.logo.
func (s *Server) Picture(ctx context.Context, from string) ([]byte, error) {
	if qr.IsDataURL(from) {
		data, err := qr.ParseDataURL(from)
		return data, qrRefusal(err)
	}
	if s.pictures == nil {
		return nil, domain.Errorf(domain.Validation, "style.logo", "style.logo must be a data URL here")
	}
	data, err := s.pictures.get(ctx, from)
	if err != nil {
		s.log.DebugContext(ctx, "logo not fetched", "error", err)
		return nil, domain.Errorf(domain.Validation, "style.logo", "style.logo could not be fetched: it must be the public address of a picture")
	}
	return data, nil
}

// QROptions are options that hold, with the logo in a picture unless that is empty. What is wrong is
// called as in [qr.FieldError].
func QROptions(o qr.Options, picture []byte) (qr.Options, error) {
	err := o.Validate()
	if err == nil && len(picture) > 0 {
		o.Style.Logo, err = qr.DecodeLogo(picture)
	}
	return o, qrRefusal(err)
}

// Draw draws the code of a link: its short URL, marked so that scans are counted as such. The
// warnings tell why a phone might not be able to read it.
func (s *Server) Draw(l domain.Link, o qr.Options) (picture []byte, warnings []string, err error) {
	text := s.shortURL(l) + "?qr=1"
	var b bytes.Buffer
	if err := qr.Render(&b, text, o); err != nil {
		return nil, nil, qrRefusal(err)
	}
	return b.Bytes(), o.Warnings(text), nil
}

// qrRefusal is what is wrong with an option of a code as the domain tells it.
func qrRefusal(err error) error {
	if e, ok := errors.AsType[*qr.FieldError](err); ok {
		return domain.Errorf(domain.Validation, e.Field, "%s", e.Message)
	}
	return err
}
