package qr_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"hash/crc32"
	"image"
	"slices"
	"strings"
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/qr"
)

// blames checks that an error is about one field, and says so.
func blames(t *testing.T, err error, field string) {
	t.Helper()
	e, ok := errors.AsType[*qr.FieldError](err)
	if !ok || e.Field != field || !strings.HasPrefix(e.Message, field+" ") || e.Error() != e.Message {
		t.Errorf("%v is not about %s", err, field)
	}
}

func TestOptionsThatCantBeUsed(t *testing.T) {
	t.Parallel()
	negative, wide := -1, 33
	for field, wrong := range map[string][]qr.Options{
		"size":            {{Size: 63}, {Size: 4097}, {Size: -1}},
		"format":          {{Format: "jpeg"}, {Format: " png"}, {Format: "image/png"}},
		"margin":          {{Margin: &negative}, {Margin: &wide}},
		"errorCorrection": {{ErrorCorrection: "X"}, {ErrorCorrection: "LM"}, {ErrorCorrection: " "}, {ErrorCorrection: "ﬂ"}},
		"style.dotsColor": {
			{Style: qr.Style{DotsColor: "black"}}, {Style: qr.Style{DotsColor: "transparent"}}, {Style: qr.Style{DotsColor: "000"}},
		},
		"style.backgroundColor": {
			{Style: qr.Style{BackgroundColor: "#ffff"}}, {Style: qr.Style{BackgroundColor: "#ffffffff"}},
			{Style: qr.Style{BackgroundColor: `#fff"/><script>`}}, {Style: qr.Style{BackgroundColor: "#+12"}},
			{Style: qr.Style{BackgroundColor: "#0x1"}}, {Style: qr.Style{BackgroundColor: "#1_2345"}}, {Style: qr.Style{BackgroundColor: "#é1"}},
		},
	} {
		for _, o := range wrong {
			blames(t, o.Validate(), field)
			var b bytes.Buffer
			blames(t, qr.Render(&b, link, o), field)
			if b.Len() > 0 || o.Warnings(link) != nil {
				t.Errorf("%+v: something was done", o)
			}
		}
	}
}

func TestOptionsThatCanBeUsed(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]qr.Options{
		"image/png":     {Size: 4096, Format: "PNG", ErrorCorrection: "q", Style: qr.Style{BackgroundColor: "Transparent"}},
		"image/svg+xml": {Size: 64, Format: "Svg", ErrorCorrection: "L", Style: qr.Style{DotsColor: "#AbC", BackgroundColor: "#aBcDeF"}},
	} {
		if err := o.Validate(); err != nil || o.MediaType() != want {
			t.Errorf("%+v: %s, %v", o, o.MediaType(), err)
		}
	}
	var o qr.Options
	if err := o.Validate(); err != nil || o.MediaType() != "image/png" {
		t.Error(err)
	}
}

func TestWhatDependsOnTheText(t *testing.T) {
	t.Parallel()
	render := func(text string, o qr.Options) error { return qr.Render(&bytes.Buffer{}, text, o) }
	blames(t, render("", qr.Options{}), "text")
	blames(t, render(strings.Repeat("x", 3000), qr.Options{}), "text")
	blames(t, render(strings.Repeat("x", 400), qr.Options{Size: 64}), "size")
	if err := render(strings.Repeat("x", 400), qr.Options{Size: 64, Format: qr.SVG}); err != nil {
		t.Error("an SVG has room for everything:", err)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	const contrast, inverted, small, margin, hides = "hardly stand out", "lighter than", "smaller than 3 pixels", "margin", "logo hides"
	three := 3
	square := logo(t, noise(9, 9))
	for _, c := range []struct {
		o    qr.Options
		want []string
	}{
		{qr.Options{}, nil},
		{qr.Options{Style: qr.Style{Logo: square}}, nil},
		{qr.Options{Style: qr.Style{DotsColor: "#777"}}, nil},
		{qr.Options{Style: qr.Style{DotsColor: "#f00"}}, nil},
		{qr.Options{Style: qr.Style{DotsColor: "#0a0", BackgroundColor: "transparent"}}, nil},
		{qr.Options{Style: qr.Style{DotsColor: "#fc0"}}, []string{contrast}},
		{qr.Options{Style: qr.Style{DotsColor: "#aaa", BackgroundColor: "transparent"}}, []string{contrast}},
		{qr.Options{Style: qr.Style{DotsColor: "#000", BackgroundColor: "#00f"}}, []string{contrast}},
		{qr.Options{Style: qr.Style{DotsColor: "#123456", BackgroundColor: "#123456"}}, []string{contrast}},
		{qr.Options{Style: qr.Style{DotsColor: "#fff", BackgroundColor: "#000"}}, []string{inverted}},
		{qr.Options{Style: qr.Style{DotsColor: "#ff0", BackgroundColor: "#008"}}, []string{inverted}},
		{qr.Options{Size: 111}, nil}, // 29 and 8 modules across
		{qr.Options{Size: 110}, []string{small}},
		{qr.Options{Size: 110, Format: qr.SVG}, []string{small}},
		{qr.Options{Margin: &three}, []string{margin}},
		{qr.Options{ErrorCorrection: "L", Style: qr.Style{Logo: square}}, []string{hides}},
		{qr.Options{Size: 64, Margin: &three, ErrorCorrection: "L", Style: qr.Style{DotsColor: "#fff", Logo: square}},
			[]string{contrast, small, margin, hides}},
	} {
		got := c.o.Warnings("https://links.example.com/spring-sale-26")
		if !slices.EqualFunc(got, c.want, strings.Contains) {
			t.Errorf("%+v: %q", c.o, got)
		}
	}
}

func FuzzColor(f *testing.F) {
	for _, s := range []string{"#000", "#FFFFFF", "transparent", "", "#12", "#ggg", "red", "#+fff", "＃fff", "#fff "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o := qr.Options{Format: qr.SVG, Style: qr.Style{BackgroundColor: s}}
		if o.Validate() != nil {
			return
		}
		if got, err := scan(picture(t, link, o)); got != link && o.Warnings(link) == nil {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	})
}

func TestDataURLs(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"data:image/png;base64,aGVsbG8=":               "hello",
		"data:image/png;base64,aGVsbG8":                "hello",
		"DATA:IMAGE/PNG;BASE64,aGVsbG8%3D":             "hello",
		"data:image/webp; charset=x ;base64,aGVs bG8=": "hello",
		"data:image/gif;base64,-_8=":                   "\xfb\xff",
		"data:image/png,a%00+b":                        "a\x00+b",
		"data:image/png;base64,":                       "",
	} {
		if got, err := qr.ParseDataURL(s); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for _, s := range []string{
		"", "data", "https://example.com/logo.png", "data:image/png;base64", "data:text/html,<b>", "data:,x", "data:;base64,AA==",
		"data:image/png;base64,!!!!", "data:image/png;base64,A", "data:image/png,%4", "data:image/png;base64,AA==AA",
		"data:image/png," + strings.Repeat("x", qr.MaxLogoBytes+1),
		"data:image/png;base64," + strings.Repeat("A", 2*qr.MaxLogoBytes),
	} {
		data, err := qr.ParseDataURL(s)
		if blames(t, err, "style.logo"); data != nil {
			t.Errorf("%.40q: %.40q", s, data)
		}
	}
	if !qr.IsDataURL("Data:x") || qr.IsDataURL("data") || qr.IsDataURL("https://data:") {
		t.Error("what is a data URL?")
	}
}

func FuzzDataURL(f *testing.F) {
	f.Add("data:image/png;base64,aGVsbG8=")
	f.Add("data:image/png,%41")
	f.Add("data:image/;;;base64,-_")
	f.Fuzz(func(t *testing.T, s string) {
		data, err := qr.ParseDataURL(s)
		if err != nil {
			blames(t, err, "style.logo")
			return
		}
		again, err := qr.ParseDataURL("data:image/x;base64," + base64.StdEncoding.EncodeToString(data))
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%q is %q, and then %q: %v", s, data, again, err)
		}
	})
}

// webps are pictures of one pixel, lossless and not: there is nothing here that packs them.
var webps = []string{
	"UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
	"UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
}

func TestLogosOfEveryFormat(t *testing.T) {
	t.Parallel()
	files := [][]byte{
		pack(t, noise(50, 60), "png"), pack(t, noise(50, 60), "jpeg"), pack(t, noise(50, 60), "gif"),
		pack(t, noise(2048, 2048).SubImage(image.Rect(0, 0, 1030, 4)), "png"),
	}
	for _, s := range webps {
		data, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data)
	}
	for _, data := range files {
		l, err := qr.DecodeLogo(data)
		if err != nil {
			t.Errorf("%.16q: %v", data, err)
			continue
		}
		if got, err := scan(picture(t, link, qr.Options{Style: qr.Style{Logo: l}})); got != link {
			t.Errorf("%.16q: %q, %v", data, got, err)
		}
	}
}

// change is a copy with some bytes at a place.
func change(data []byte, at int, to string) []byte {
	data = slices.Clone(data)
	copy(data[at:], to)
	return data
}

func TestHostileLogos(t *testing.T) {
	t.Parallel()
	small, jpeg, gif := pack(t, noise(9, 9), "png"), pack(t, noise(9, 9), "jpeg"), pack(t, noise(9, 9), "gif")
	sof := bytes.Index(jpeg, []byte{0xff, 0xc0})
	webp, _ := base64.StdEncoding.DecodeString(webps[0])
	for name, data := range map[string][]byte{
		"nothing":                   nil,
		"SVG":                       []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"HTML":                      []byte("<!doctype html>"),
		"BMP":                       []byte("BM\x00\x00"),
		"too long":                  append(slices.Clone(small), make([]byte, qr.MaxLogoBytes)...),
		"cut off":                   small[:60],
		"only a beginning":          small[:8],
		"damaged":                   change(small, 45, "\x00\x00\x00"),
		"PNG, too many pixels":      pngHead(4000, 2000),
		"PNG, too wide":             pngHead(4097, 1),
		"PNG, too high":             pngHead(1, 1<<31-1),
		"PNG, empty":                pngHead(0, 1),
		"JPEG, too many pixels":     change(jpeg, sof+5, "\xff\xff\xff\xff"),
		"JPEG, too many scans":      append(slices.Clone(jpeg), bytes.Repeat([]byte{0xff, 0xda}, 65)...),
		"GIF, too many pixels":      change(gif, 6, "\xff\xff\xff\xff"),
		"GIF, frame beyond canvas":  change(gif, 6, "\x01\x00\x01\x00"),
		"WebP, too many pixels":     change(webp, 21, "\xff\xff\xff\x0f"),
		"WebP, cut off":             webp[:25],
		"WebP in small, then large": append([]byte("RIFF\x40\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), change(webp, 21, "\xff\xff\xff\x0f")[12:]...),
	} {
		l, err := qr.DecodeLogo(data)
		if blames(t, err, "style.logo"); l != nil {
			t.Error(name, "was taken")
		}
		_, why, _ := strings.Cut(name, "too ")
		if err != nil && !strings.Contains(err.Error(), map[string]string{
			"": "", "many pixels": "pixels", "wide": "pixels", "high": "pixels", "many scans": "scans", "long": "bytes",
		}[why]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// pngHead is a PNG that says how large it is, and has nothing of it.
func pngHead(w, h uint32) []byte {
	head := []byte{0, 0, 0, 13, 'I', 'H', 'D', 'R', byte(w >> 24), byte(w >> 16), byte(w >> 8), byte(w), byte(h >> 24), byte(h >> 16), byte(h >> 8), byte(h), 8, 6, 0, 0, 0}
	sum := crc32.ChecksumIEEE(head[4:])
	head = append(head, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
	return append([]byte("\x89PNG\r\n\x1a\n"), head...)
}

func FuzzLogo(f *testing.F) {
	for _, format := range []string{"png", "jpeg", "gif"} {
		f.Add(pack(f, noise(5, 4), format))
	}
	for _, s := range webps {
		data, _ := base64.StdEncoding.DecodeString(s)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := qr.DecodeLogo(data)
		if err != nil {
			blames(t, err, "style.logo")
			return
		}
		render(t, link, qr.Options{Size: 200, Style: qr.Style{Logo: l}})
	})
}
