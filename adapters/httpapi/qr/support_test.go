package qr_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/linklog/linklog/adapters/httpapi/qr"
)

// link is as long as most.
const link = "https://links.example.com/spring-sale-2026?qr=1"

// render is what Render writes.
func render(t testing.TB, text string, o qr.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := qr.Render(&b, text, o); err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	return b.Bytes()
}

// picture is a rendering on white paper. An SVG has eight pixels a module, whatever its size: who shows
// it scales it anyway.
func picture(t testing.TB, text string, o qr.Options) image.Image {
	t.Helper()
	data := render(t, text, o)
	if o.Format == qr.SVG {
		return raster(t, data, o.Size)
	}
	p, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if o.Style.BackgroundColor != "transparent" {
		return p
	}
	paper := image.NewRGBA(p.Bounds())
	draw.Draw(paper, paper.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(paper, paper.Rect, p, image.Point{}, draw.Over)
	return paper
}

// scan reads a picture as a phone does: it has to find the code first.
func scan(p image.Image) (string, error) {
	if p.Bounds().Dx() > 1000 {
		p = fourth(p)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(p)
	if err != nil {
		return "", err
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_TRY_HARDER:    true,
		gozxing.DecodeHintType_CHARACTER_SET: "UTF-8",
	})
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}

// fourth is every fourth pixel across and down: a large picture from afar.
func fourth(p image.Image) image.Image {
	to := image.NewNRGBA(image.Rect(0, 0, p.Bounds().Dx()/4, p.Bounds().Dy()/4))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			to.Set(x, y, p.At(4*x, 4*y))
		}
	}
	return to
}

// svg is what of SVG is understood here.
type svg struct {
	Width   int    `xml:"width,attr"`
	Height  int    `xml:"height,attr"`
	ViewBox string `xml:"viewBox,attr"`
	Paths   []struct {
		Fill string `xml:"fill,attr"`
		D    string `xml:"d,attr"`
	} `xml:"path"`
	Images []struct {
		X      float64 `xml:"x,attr"`
		Y      float64 `xml:"y,attr"`
		Width  float64 `xml:"width,attr"`
		Height float64 `xml:"height,attr"`
		Href   string  `xml:"href,attr"`
	} `xml:"image"`
}

var box = regexp.MustCompile(`^M(\d+) (\d+)h(\d+)v(\d+)[hH](-?\d+)z`)

// raster draws an SVG made of boxes and pictures.
func raster(t testing.TB, data []byte, size int) image.Image {
	t.Helper()
	var s svg
	if err := xml.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	var across, down int
	if n, _ := fmt.Sscanf(s.ViewBox, "0 0 %d %d", &across, &down); n != 2 || across != down || s.Width != s.Height || size != 0 && s.Width != size {
		t.Fatalf("%d×%d of %q", s.Width, s.Height, s.ViewBox)
	}
	paper := image.NewRGBA(image.Rect(0, 0, 8*across, 8*across))
	draw.Draw(paper, paper.Rect, image.White, image.Point{}, draw.Src)
	pixels := func(units float64) int { return int(8 * units) }
	for _, path := range s.Paths {
		for d := path.D; d != ""; {
			m := box.FindStringSubmatch(d)
			if m == nil {
				t.Fatalf("path: %.40q", d)
			}
			var n [4]float64
			for i := range n {
				n[i], _ = strconv.ParseFloat(m[i+1], 64)
			}
			at := image.Rect(pixels(n[0]), pixels(n[1]), pixels(n[0]+n[2]), pixels(n[1]+n[3]))
			draw.Draw(paper, at, image.NewUniform(hex(t, path.Fill)), image.Point{}, draw.Src)
			d = d[len(m[0]):]
		}
	}
	for _, i := range s.Images {
		packed, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(i.Href, "data:image/png;base64,"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := png.Decode(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		drawInto(paper, image.Rect(pixels(i.X), pixels(i.Y), pixels(i.X+i.Width), pixels(i.Y+i.Height)), p)
	}
	return paper
}

// drawInto keeps the picture's shape, as SVG does.
func drawInto(paper *image.RGBA, at image.Rectangle, p image.Image) {
	side := max(p.Bounds().Dx(), p.Bounds().Dy())
	left, top := (side-p.Bounds().Dx())/2, (side-p.Bounds().Dy())/2
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			from := image.Pt((x-at.Min.X)*side/at.Dx()-left, (y-at.Min.Y)*side/at.Dy()-top)
			if from.In(p.Bounds()) {
				draw.Draw(paper, image.Rect(x, y, x+1, y+1), p, from, draw.Over)
			}
		}
	}
}

func hex(t testing.TB, s string) color.NRGBA {
	t.Helper()
	c := color.NRGBA{A: 255}
	if n, err := fmt.Sscanf(s, "#%02x%02x%02x", &c.R, &c.G, &c.B); n != 3 {
		t.Fatal(s, err)
	}
	return c
}

// noise is the worst of logos: it looks like more modules.
func noise(w, h int) *image.NRGBA {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same every time
	p := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range p.Pix {
		p.Pix[i] = byte(255 * random.IntN(2))
		if i%4 == 3 {
			p.Pix[i] = 255
		}
	}
	return p
}

func pack(t testing.TB, p image.Image, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, p)
	case "jpeg":
		err = jpeg.Encode(&b, p, nil)
	case "gif":
		err = gif.Encode(&b, p, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func logo(t testing.TB, p image.Image) *qr.Logo {
	t.Helper()
	l, err := qr.DecodeLogo(pack(t, p, "png"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}
