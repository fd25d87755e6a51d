package qr

import (
	"fmt"
	"strings"

	"rsc.io/qr/coding"
)

// The formats of a rendering.
const (
	PNG = "png"
	SVG = "svg"
)

// Limits of [Options].
const (
	MinSize   = 64
	MaxSize   = 4096
	MaxMargin = 32
)

// Options say how a code looks. The zero value is a PNG of 500 pixels, black on white.
type Options struct {
	Size            int    // width and height in pixels, 64 to 4,096; 500 if zero
	Format          string // PNG or SVG; PNG if empty
	Margin          *int   // quiet zone around the symbol, in modules, 0 to 32; 4 if nil
	ErrorCorrection string // at least L, M, Q or H; if empty M, and H with a logo
	Style           Style
}

// Style is what is to taste.
type Style struct {
	DotsColor       string // #rgb or #rrggbb; black if empty
	BackgroundColor string // the same, or transparent; white if empty
	Logo            *Logo  // drawn in the middle; none if nil
}

// FieldError says what is wrong with one of the options.
type FieldError struct {
	Field   string // as the API calls it: size, format, margin, errorCorrection, style.dotsColor, …
	Message string // for people; begins with the field
}

// Error is the message.
func (e *FieldError) Error() string { return e.Message }

func fieldErrorf(field, format string, args ...any) error {
	return &FieldError{Field: field, Message: field + " " + fmt.Sprintf(format, args...)}
}

// Validate finds the first option that can't be used, and says so with a [FieldError]. What
// depends on the text is found by [Render] alone.
func (o Options) Validate() error {
	_, err := o.read()
	return err
}

// MediaType is the media type of what [Render] writes.
func (o Options) MediaType() string {
	if strings.EqualFold(o.Format, SVG) {
		return "image/svg+xml"
	}
	return "image/png"
}

// look is what options mean.
type look struct {
	size, margin     int
	format           string
	level            coding.Level
	dots, background rgb
	logo             *Logo
}

func (o Options) read() (look, error) {
	l := look{size: 500, format: PNG, margin: 4, logo: o.Style.Logo}
	if o.Size != 0 {
		l.size = o.Size
	}
	if l.size < MinSize || l.size > MaxSize {
		return l, fieldErrorf("size", "must be %d to %d pixels", MinSize, MaxSize)
	}
	if o.Format != "" {
		l.format = strings.ToLower(o.Format)
	}
	if l.format != PNG && l.format != SVG {
		return l, fieldErrorf("format", "must be %s or %s", PNG, SVG)
	}
	if o.Margin != nil {
		l.margin = *o.Margin
	}
	if l.margin < 0 || l.margin > MaxMargin {
		return l, fieldErrorf("margin", "must be 0 to %d modules", MaxMargin)
	}
	return l, o.readStyle(&l)
}

func (o Options) readStyle(l *look) error {
	l.level = coding.M
	if o.Style.Logo != nil {
		l.level = coding.H
	}
	if o.ErrorCorrection != "" {
		i := strings.Index("LMQH", strings.ToUpper(o.ErrorCorrection))
		if i < 0 || len(o.ErrorCorrection) != 1 {
			return fieldErrorf("errorCorrection", "must be L, M, Q or H")
		}
		l.level = coding.Level(i)
	}

	var ok bool
	if l.dots, ok = parseColor(o.Style.DotsColor, black); !ok || l.dots.transparent {
		return fieldErrorf("style.dotsColor", "must be a color such as #000 or #1a2b3c")
	}
	if l.background, ok = parseColor(o.Style.BackgroundColor, white); !ok {
		return fieldErrorf("style.backgroundColor", "must be a color such as #fff or #f0f1f2, or transparent")
	}
	return nil
}
