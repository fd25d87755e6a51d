package qr

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Limits of a logo, before any of it is unpacked.
const (
	MaxLogoBytes  = 1 << 20
	MaxLogoSide   = 4096
	MaxLogoPixels = 4 << 20

	maxLogoScans = 64  // of a progressive JPEG: each goes over all pixels, and may be tiny in the file
	keptLogoSide = 512 // pixels kept: enough for a symbol of 2,000
)

// Logo is a picture for the middle of a code, unpacked and reduced to what is needed of it.
type Logo struct {
	image *image.NRGBA
}

// logoFormats are told by how they begin, whatever their sender calls them. A table instead of
// image.Decode, so that nobody else's import adds to it.
var logoFormats = []struct {
	magic  string // ? is any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	{"\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
	{"\xff\xd8", jpeg.DecodeConfig, jpeg.Decode},
	{"GIF8?a", gif.DecodeConfig, gif.Decode},
	{"RIFF????WEBPVP8", webp.DecodeConfig, webp.Decode},
}

// DecodeLogo unpacks a PNG, JPEG, GIF (its first picture) or WebP. What is wrong with it is a
// [FieldError] of style.logo.
func DecodeLogo(data []byte) (*Logo, error) {
	if len(data) > MaxLogoBytes {
		return nil, fieldErrorf("style.logo", "must be at most %d bytes long", MaxLogoBytes)
	}
	for _, f := range logoFormats {
		if !begins(data, f.magic) {
			continue
		}
		config, err := f.config(bytes.NewReader(data))
		if err != nil || config.Width < 1 || config.Height < 1 {
			return nil, fieldErrorf("style.logo", "is damaged")
		}
		if max(config.Width, config.Height) > MaxLogoSide || config.Width*config.Height > MaxLogoPixels {
			return nil, fieldErrorf("style.logo", "must have at most %d pixels, and %d on a side", MaxLogoPixels, MaxLogoSide)
		}
		if bytes.Count(data, []byte{0xff, 0xda}) > maxLogoScans && f.magic == "\xff\xd8" {
			return nil, fieldErrorf("style.logo", "must have at most %d scans", maxLogoScans)
		}
		unpacked, err := f.decode(bytes.NewReader(data))
		if err != nil || unpacked.Bounds().Empty() {
			return nil, fieldErrorf("style.logo", "is damaged")
		}
		return &Logo{image: keep(unpacked)}, nil
	}
	return nil, fieldErrorf("style.logo", "must be a PNG, JPEG, GIF or WebP; SVG is not accepted, because it may hold programs")
}

func begins(data []byte, magic string) bool {
	if len(data) < len(magic) {
		return false
	}
	for i := range magic {
		if magic[i] != '?' && magic[i] != data[i] {
			return false
		}
	}
	return true
}

// keep reduces a picture in two steps: the good scaler takes half a second for four million
// pixels, and does as well with one million that were picked from them.
func keep(p image.Image) *image.NRGBA {
	if max(p.Bounds().Dx(), p.Bounds().Dy()) > 2*keptLogoSide {
		p = fit(p, 2*keptLogoSide, draw.NearestNeighbor)
	}
	return fit(p, min(keptLogoSide, max(p.Bounds().Dx(), p.Bounds().Dy())), draw.CatmullRom)
}

// fit scales a picture so that its longer side has this many pixels.
func fit(from image.Image, side int, scaler draw.Scaler) *image.NRGBA {
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	longer := max(w, h)
	to := image.NewNRGBA(image.Rect(0, 0, max(1, w*side/longer), max(1, h*side/longer)))
	scaler.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	return to
}
