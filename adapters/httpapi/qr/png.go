package qr

import (
	"image"
	"image/color"
	"image/png"
	"io"

	"golang.org/x/image/draw"
)

// writePNG draws modules of whole pixels; what is left over goes to the margin. The picture is
// never in memory: the encoder asks for its pixels, line by line.
func (d drawing) writePNG(w io.Writer) error {
	s := d.sheet()
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if d.look.logo == nil {
		return encoder.Encode(w, s)
	}
	return encoder.Encode(w, d.withLogo(s))
}

// sheet is a picture of dots on a background, with two colors.
type sheet struct {
	size    int
	palette color.Palette
	module  []int    // of each pixel across or down; -1 in the margin
	rows    [][]bool // dark modules
}

func (d drawing) sheet() *sheet {
	s := &sheet{
		size:    d.look.size,
		palette: color.Palette{d.look.background.color(), d.look.dots.color()},
		module:  make([]int, d.look.size),
		rows:    make([][]bool, d.Size),
	}
	for y := range s.rows {
		s.rows[y] = make([]bool, d.Size)
		for x := range s.rows[y] {
			s.rows[y][x] = d.dark(x, y)
		}
	}
	from := d.from()
	for i := range s.module {
		s.module[i] = -1
		if m := (i - from) / d.scale(); i >= from && m < d.Size {
			s.module[i] = m
		}
	}
	return s
}

// from is where the symbol begins, in pixels across and down.
func (d drawing) from() int { return (d.look.size - d.Size*d.scale()) / 2 }

func (s *sheet) ColorModel() color.Model { return s.palette }
func (s *sheet) Bounds() image.Rectangle { return image.Rect(0, 0, s.size, s.size) }
func (s *sheet) At(x, y int) color.Color { return s.palette[s.ColorIndexAt(x, y)] }

func (s *sheet) ColorIndexAt(x, y int) uint8 {
	mx, my := s.module[x], s.module[y]
	if mx >= 0 && my >= 0 && s.rows[my][mx] {
		return 1
	}
	return 0
}

// sheetWithLogo has as many colors as its logo.
type sheetWithLogo struct {
	*sheet

	hole image.Rectangle
	logo *image.NRGBA // fills the hole
}

func (s *sheetWithLogo) ColorModel() color.Model { return color.NRGBAModel }

func (s *sheetWithLogo) At(x, y int) color.Color {
	if p := (image.Point{X: x, Y: y}); p.In(s.hole) {
		return s.logo.NRGBAAt(x-s.hole.Min.X, y-s.hole.Min.Y)
	}
	return s.sheet.At(x, y)
}

// Opaque keeps the encoder from looking for itself.
func (s *sheetWithLogo) Opaque() bool { return s.palette[0] != color.Color(color.NRGBA{}) }

// withLogo puts the logo into the hole, half a module away from its sides.
func (d drawing) withLogo(s *sheet) *sheetWithLogo {
	scale := d.scale()
	hole := d.square(d.hole)
	hole.Min, hole.Max = hole.Min.Mul(scale), hole.Max.Mul(scale)
	hole = hole.Add(image.Pt(d.from(), d.from()))

	field := image.NewNRGBA(image.Rect(0, 0, hole.Dx(), hole.Dy()))
	draw.Draw(field, field.Bounds(), image.NewUniform(s.palette[0]), image.Point{}, draw.Src)
	logo := fit(d.look.logo.image, max(1, hole.Dx()-scale), draw.CatmullRom)
	at := image.Pt((hole.Dx()-logo.Rect.Dx())/2, (hole.Dy()-logo.Rect.Dy())/2)
	draw.Draw(field, logo.Bounds().Add(at), logo, image.Point{}, draw.Over)
	return &sheetWithLogo{sheet: s, hole: hole, logo: field}
}
