package qr

import "io"

// Render writes a text as a QR code. What is wrong with the options, or too long for them, is a
// [FieldError], and then nothing was written; any other error is the writer's.
func Render(w io.Writer, text string, o Options) error {
	d, err := draft(text, o)
	if err != nil {
		return err
	}
	if d.look.format == SVG {
		return d.writeSVG(w)
	}
	if d.scale() < 1 {
		return fieldErrorf("size", "must be at least %d pixels for this link and margin", d.across())
	}
	return d.writePNG(w)
}

// drawing is a symbol and how it is to look.
type drawing struct {
	*symbol

	look look
	hole int // width of the square that is left to the logo, in modules; 0 without one
}

func draft(text string, o Options) (drawing, error) {
	look, err := o.read()
	if err != nil {
		return drawing{}, err
	}
	if text == "" {
		return drawing{}, fieldErrorf("text", "must not be empty")
	}
	d := drawing{look: look}
	if d.symbol, err = encode(text, look.level); err == nil && look.logo != nil {
		d.hole, err = d.symbol.hole()
	}
	return d, err
}

// across is the width with both margins, in modules.
func (d drawing) across() int { return d.Size + 2*d.look.margin }

// scale is the width of a module, in whole pixels.
func (d drawing) scale() int { return d.look.size / d.across() }

// dark tells which modules get a dot.
func (d drawing) dark(x, y int) bool {
	if s := d.square(d.hole); x >= s.Min.X && x < s.Max.X && y >= s.Min.Y && y < s.Max.Y {
		return false
	}
	return d.Black(x, y)
}
