package qr_test

import (
	"image"
	"io"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/qr"
)

func BenchmarkRender(b *testing.B) {
	picture := logo(b, noise(512, 512))
	for name, o := range map[string]qr.Options{
		"png 500":        {},
		"png 500, logo":  {Style: qr.Style{Logo: picture}},
		"png 4096":       {Size: qr.MaxSize},
		"png 4096, logo": {Size: qr.MaxSize, Style: qr.Style{Logo: picture}},
		"svg":            {Format: qr.SVG},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := qr.Render(io.Discard, link, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The largest logo that is taken.
func BenchmarkDecodeLogo(b *testing.B) {
	data := pack(b, image.NewGray(image.Rect(0, 0, 2048, 2048)), "png")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := qr.DecodeLogo(data); err != nil {
			b.Fatal(err)
		}
	}
}
