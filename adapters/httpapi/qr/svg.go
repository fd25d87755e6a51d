package qr

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"io"
)

// writeSVG draws in units of modules: the margin is exactly as wide as asked for, and dots of a
// row that touch are one.
func (d drawing) writeSVG(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%[1]d" viewBox="0 0 %d %[2]d" shape-rendering="crispEdges">`,
		d.look.size, d.across())
	if !d.look.background.transparent {
		fmt.Fprintf(&b, `<path fill="%s" d="M0 0h%dv%[2]dH0z"/>`, d.look.background, d.across())
	}
	fmt.Fprintf(&b, `<path fill="%s" d="`, d.look.dots)
	for y := range d.Size {
		for x := 0; x < d.Size; x++ {
			from := x
			for x < d.Size && d.dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%[3]dz", from+d.look.margin, y+d.look.margin, x-from)
			}
		}
	}
	b.WriteString(`"/>`)
	if err := d.embedLogo(&b); err != nil {
		return err
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// embedLogo puts the logo into the hole, half a module away from its sides. It is packed anew:
// nothing of what was sent beside the pixels gets into the drawing.
func (d drawing) embedLogo(b *bytes.Buffer) error {
	if d.look.logo == nil {
		return nil
	}
	var packed bytes.Buffer
	if err := png.Encode(&packed, d.look.logo.image); err != nil {
		return fmt.Errorf("pack the logo: %w", err)
	}
	from := d.square(d.hole).Min.X + d.look.margin
	fmt.Fprintf(b, `<image x="%d.5" y="%[1]d.5" width="%d" height="%[2]d" href="data:image/png;base64,%s"/>`,
		from, d.hole-1, base64.StdEncoding.EncodeToString(packed.Bytes()))
	return nil
}
