package qr

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"
)

// rgb is a color that covers what is below, or doesn't at all.
type rgb struct {
	r, g, b     uint8
	transparent bool
}

var (
	black = rgb{}
	white = rgb{r: 255, g: 255, b: 255}
)

// parseColor reads #rgb, #rrggbb and transparent; no text at all is the default.
func parseColor(s string, otherwise rgb) (rgb, bool) {
	if s == "" {
		return otherwise, true
	}
	if strings.EqualFold(s, "transparent") {
		return rgb{transparent: true}, true
	}
	digits, ok := strings.CutPrefix(s, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	n, err := strconv.ParseUint(digits, 16, 24)
	if !ok || err != nil || len(digits) != 6 {
		return rgb{}, false
	}
	return rgb{r: uint8(n >> 16), g: uint8(n >> 8), b: uint8(n)}, true
}

// String is the color as CSS and SVG have it.
func (c rgb) String() string {
	if c.transparent {
		return "none"
	}
	return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b)
}

func (c rgb) color() color.NRGBA {
	if c.transparent {
		return color.NRGBA{}
	}
	return color.NRGBA{R: c.r, G: c.g, B: c.b, A: 255}
}

// luma is how bright a camera finds the color, 0 to 1. Behind what is transparent it expects
// white paper.
func (c rgb) luma() float64 {
	if c.transparent {
		return 1
	}
	return (0.299*float64(c.r) + 0.587*float64(c.g) + 0.114*float64(c.b)) / 255
}
