package web

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// qrPicture is a QR code as the path of an SVG picture whose unit is one module.
type qrPicture struct {
	Side int // modules, with the quiet zone
	Path string
}

const quietZone = 4 // modules

// drawQR draws text.
func drawQR(text string) (qrPicture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return qrPicture{}, fmt.Errorf("draw a QR code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			n := 0
			for code.Black(x+n, y) {
				n++
			}
			if n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quietZone, y+quietZone, n, n)
				x += n
			}
		}
	}
	return qrPicture{code.Size + 2*quietZone, b.String()}, nil
}

func (q qrPicture) box() string { return fmt.Sprintf("0 0 %d %d", q.Side, q.Side) }
