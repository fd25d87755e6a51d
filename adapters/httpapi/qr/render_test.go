package qr_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/qr"
)

func TestWhatIsRenderedIsScanned(t *testing.T) {
	t.Parallel()
	tall := logo(t, noise(40, 90))
	looks := []qr.Style{
		{},
		{DotsColor: "#1a2B3c", BackgroundColor: "#FFF3E0"},
		{DotsColor: "#006", BackgroundColor: "transparent"},
		{Logo: logo(t, noise(64, 64))},
		{Logo: tall, DotsColor: "#b00020", BackgroundColor: "transparent"},
	}
	for _, format := range []string{qr.PNG, qr.SVG} {
		for _, size := range []int{150, 333, 500} {
			for _, margin := range []int{1, 4} {
				for i, level := range []string{"", "L", "M", "Q", "H"} {
					style := looks[(i+size+margin)%len(looks)]
					if style.Logo != nil && (level == "L" || level == "M") {
						level = "Q" // what level L does with a logo is for Warnings to tell
					}
					o := qr.Options{Size: size, Format: format, Margin: &margin, ErrorCorrection: level, Style: style}
					p := picture(t, link, o)
					if format == qr.PNG && p.Bounds() != image.Rect(0, 0, size, size) {
						t.Errorf("%s of %d has %v", format, size, p.Bounds())
					}
					if got, err := scan(p); got != link {
						t.Errorf("%s %d, margin %d, level %q, %+v: %q, %v", format, size, margin, level, style, got, err)
					}
				}
			}
		}
	}
}

func TestColorsAreScanned(t *testing.T) {
	t.Parallel()
	for i, dots := range []string{"", "#000000", "#00f", "#8b0000", "#004d40"} {
		for j, background := range []string{"", "#ffffff", "#ff0", "#e0f7fa", "transparent"} {
			level := "LMQH"[(i+j)%4:][:1]
			o := qr.Options{Size: 250, ErrorCorrection: level, Style: qr.Style{DotsColor: dots, BackgroundColor: background}}
			if warnings := o.Warnings(link); warnings != nil {
				t.Errorf("%+v: %q", o, warnings)
			}
			if got, err := scan(picture(t, link, o)); got != link {
				t.Errorf("%+v: %q, %v", o, got, err)
			}
		}
	}
}

func TestExtremesOfSizeAreScanned(t *testing.T) {
	t.Parallel()
	none := 0
	for _, c := range []struct {
		text string
		o    qr.Options
	}{
		{"https://l.example/abc", qr.Options{Size: qr.MinSize}},
		{"https://l.example/abc", qr.Options{Size: qr.MinSize, Format: qr.SVG}},
		{link, qr.Options{Size: 90, Margin: &none}},
		{link, qr.Options{Size: qr.MaxSize}},
		{link, qr.Options{Size: 1200, Style: qr.Style{Logo: logo(t, noise(200, 150))}}},
		{"https://l.example/" + strings.Repeat("x", 1000), qr.Options{Size: 800}},
		{"https://l.example/" + strings.Repeat("x", 500), qr.Options{Size: 800, Style: qr.Style{Logo: logo(t, noise(64, 64))}}},
	} {
		if got, err := scan(picture(t, c.text, c.o)); got != c.text {
			t.Errorf("%.30s at %d: %q, %v", c.text, c.o.Size, got, err)
		}
	}
}

// Whatever the text, and however long: a logo at the level that comes with it does no harm.
func TestLogosOfEveryKindAreScanned(t *testing.T) {
	t.Parallel()
	for _, p := range []*image.NRGBA{noise(1, 1), noise(8, 8), noise(90, 90), noise(100, 20), noise(16, 200)} {
		style := qr.Style{Logo: logo(t, p)}
		for length := 0; length < 200; length += 43 {
			text := "https://l.example/" + strings.Repeat("Ab3", length)[:length]
			o := qr.Options{Size: 320, Style: style}
			if warnings := o.Warnings(text); warnings != nil {
				t.Errorf("%q: %q", text, warnings)
			}
			if got, err := scan(picture(t, text, o)); got != text {
				t.Errorf("%v, %q: %q, %v", p.Rect, text, got, err)
			}
		}
	}
}

// The dots, the background and the logo are where and as they should be.
func TestColors(t *testing.T) {
	t.Parallel()
	red := image.NewNRGBA(image.Rect(0, 0, 10, 10))
	for i := range red.Pix {
		red.Pix[i] = []byte{255, 0, 0, 255}[i%4]
	}
	none := 0
	for _, background := range []string{"#abcdef", "transparent"} {
		o := qr.Options{Size: 590, Margin: &none, Style: qr.Style{DotsColor: "#123", BackgroundColor: background, Logo: logo(t, red)}}
		p, err := png.Decode(bytes.NewReader(render(t, "https://l.example/abc", o))) // 29 modules of 20 pixels, and five at each side
		if err != nil {
			t.Fatal(err)
		}
		empty := color.NRGBA{R: 0xab, G: 0xcd, B: 0xef, A: 255}
		if background == "transparent" {
			empty = color.NRGBA{}
		}
		for at, want := range map[image.Point]color.NRGBA{
			{4, 4}:     empty,                               // what is left over
			{5, 5}:     {R: 0x11, G: 0x22, B: 0x33, A: 255}, // the finder's corner
			{144, 144}: {R: 0x11, G: 0x22, B: 0x33, A: 255},
			{25, 25}:   empty, // its ring
			{145, 5}:   empty, // beside it
			{295, 295}: {R: 255, A: 255},
			{247, 247}: empty, // five modules are the logo's, half of one at each side is free
			{342, 342}: empty,
			{256, 256}: {R: 255, A: 255},
			{333, 333}: {R: 255, A: 255},
		} {
			if got := color.NRGBAModel.Convert(p.At(at.X, at.Y)); got != want {
				t.Errorf("%s: %v at %v instead of %v", background, got, at, want)
			}
		}
	}
}

func TestSVGHasNothingOfTheLogosFile(t *testing.T) {
	t.Parallel()
	l, err := qr.DecodeLogo(append(pack(t, noise(8, 8), "png"), "<script>alert(1)</script>"...))
	if err != nil {
		t.Fatal(err)
	}
	got := string(render(t, link, qr.Options{Format: qr.SVG, Style: qr.Style{Logo: l, BackgroundColor: "transparent"}}))
	if strings.Contains(got, "script") || strings.Count(got, "<path") != 1 || strings.Count(got, "<image") != 1 {
		t.Error(got)
	}
	if !strings.Contains(got, ` d="M4 4h7v1h-7z`) {
		t.Error("the corner is not where the margin ends:", got)
	}
}

// Where the logo goes there are no dots, even if it can be looked through.
func TestTheHoleIsEmpty(t *testing.T) {
	t.Parallel()
	nothing := logo(t, image.NewNRGBA(image.Rect(0, 0, 9, 9)))
	for _, format := range []string{qr.PNG, qr.SVG} {
		p := picture(t, "https://l.example/abc", qr.Options{Format: format, Size: 8 * 37, Style: qr.Style{Logo: nothing}})
		for at := 16 * 8; at < 21*8; at++ { // the middle five of 37 modules
			for _, c := range []color.Color{p.At(at, 16*8), p.At(at, 18*8), p.At(at, 21*8-1)} {
				if r, g, b, _ := c.RGBA(); r&g&b != 0xffff {
					t.Fatalf("%s: a dot at %d", format, at)
				}
			}
		}
		if got, err := scan(p); got != "https://l.example/abc" {
			t.Error(format, got, err)
		}
	}
}

func TestRenderingIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	for _, format := range []string{qr.PNG, qr.SVG} {
		o := qr.Options{Format: format, Style: qr.Style{Logo: logo(t, noise(30, 30))}}
		if !bytes.Equal(render(t, link, o), render(t, link, o)) {
			t.Error(format, "differs from itself")
		}
	}
}

func TestTheWritersErrorIsReturned(t *testing.T) {
	t.Parallel()
	for _, format := range []string{qr.PNG, qr.SVG} {
		r, w := io.Pipe()
		r.Close()
		if err := qr.Render(w, link, qr.Options{Format: format}); !errors.Is(err, io.ErrClosedPipe) {
			t.Error(format, err)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add(link, uint16(436), uint8(4), uint8(0), true)
	f.Add("HTTPS://L.EXAMPLE/A", uint16(100), uint8(9), uint8(3), false)
	f.Add("https://l.example/\x00ü漢", uint16(900), uint8(32), uint8(2), true)
	f.Fuzz(func(t *testing.T, text string, larger uint16, wide, level uint8, asPNG bool) {
		text = strings.ToValidUTF8(text, "?")
		margin := int(wide % 33)
		o := qr.Options{Size: 64 + int(larger%900), Margin: &margin, ErrorCorrection: "LMQH"[level%4:][:1], Format: qr.SVG}
		if asPNG {
			o.Format = qr.PNG
		}
		var b bytes.Buffer
		if err := qr.Render(&b, text, o); err != nil {
			if _, ok := errors.AsType[*qr.FieldError](err); !ok || b.Len() > 0 {
				t.Fatal(err)
			}
			return
		}
		if o.Warnings(text) != nil {
			return // for good reason
		}
		if got, err := scan(picture(t, text, o)); got != text {
			t.Errorf("%q, %+v: %q, %v", text, o, got, err)
		}
	})
}

func ExampleRender() {
	var svg strings.Builder
	options := qr.Options{Format: qr.SVG, Style: qr.Style{DotsColor: "#777", BackgroundColor: "#eee"}}
	if err := qr.Render(&svg, "https://l.example/abc", options); err != nil {
		fmt.Println(err)
	}
	fmt.Println(svg.String()[:120])
	// Output:
	// <svg xmlns="http://www.w3.org/2000/svg" width="500" height="500" viewBox="0 0 33 33" shape-rendering="crispEdges"><path
}
