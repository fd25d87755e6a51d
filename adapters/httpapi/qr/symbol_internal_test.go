package qr

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"rsc.io/qr/coding"
)

// read decodes modules as an independent decoder understands them, those in the middle inverted.
func read(t *testing.T, s *symbol, hole int) (text, level string, err error) {
	t.Helper()
	bits, err := gozxing.NewSquareBitMatrix(s.Size)
	if err != nil {
		t.Fatal(err)
	}
	for y := range s.Size {
		for x := range s.Size {
			at := s.square(hole)
			if inside := x >= at.Min.X && x < at.Max.X && y >= at.Min.Y && y < at.Max.Y; s.Black(x, y) != inside {
				bits.Set(x, y)
			}
		}
	}
	result, err := decoder.NewDecoder().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
	if err != nil {
		return "", "", err
	}
	return result.GetText(), result.GetECLevel(), nil
}

// filling is a text of letters that no smaller version has room for.
func filling(v coding.Version, l coding.Level) string {
	random := rand.New(rand.NewPCG(uint64(v), uint64(l))) //nolint:gosec // the same every time
	room := (v.DataBytes(l)*8 - coding.String("").Bits(v)) / 8
	text := make([]byte, room)
	for i := range text {
		text[i] = "abcdefghijklmnopqrstuvwxyz0123456789-_/?=&%."[random.IntN(44)]
	}
	return string(text)
}

func TestEveryVersionAndLevelIsDecoded(t *testing.T) {
	t.Parallel()
	for v := coding.Version(1); v <= 40; v++ {
		for l := coding.L; l <= coding.H; l++ {
			text := filling(v, l)
			plan, err := coding.NewPlan(v, l, coding.Mask(int(v)+int(l))%8)
			if err != nil {
				t.Fatal(err)
			}
			code, err := plan.Encode(coding.String(text))
			if err != nil {
				t.Fatal(v, l, err)
			}
			if got, level, err := read(t, &symbol{Code: code, plan: plan}, 0); got != text || level != l.String() {
				t.Errorf("%s-%s: %q at level %s instead of %q: %v", v, l, got, level, text, err)
			}
		}
	}
}

func TestTheSmallestSymbolIsTaken(t *testing.T) {
	t.Parallel()
	for v := coding.Version(1); v <= 40; v += 3 {
		l := coding.Level(v % 4)
		text := filling(v, l)
		s, err := encode(text, l)
		if err != nil {
			t.Fatal(v, l, err)
		}
		if s.plan.Version != v || s.plan.Level != l {
			t.Errorf("%s-%s was made %s-%s", v, l, s.plan.Version, s.plan.Level)
		}
		if got, _, err := read(t, s, 0); got != text {
			t.Errorf("%s-%s: %q: %v", v, l, got, err)
		}
	}
}

// Inverting all modules of a square breaks every codeword that has one there, so it can be read
// as long as the damage is at most 1, and not beyond. (In the smallest symbols some of what could
// be corrected is kept for telling damage from another text.)
func TestDamageIsWhatADecoderCanBear(t *testing.T) {
	t.Parallel()
	for v := coding.Version(3); v <= 40; v += 1 + v/6 {
		for l := coding.L; l <= coding.H; l++ {
			text := filling(v, l)
			s, err := encode(text, l)
			if err != nil {
				t.Fatal(v, l, err)
			}
			width := 1
			for damage(s.plan, width+2) <= 1 {
				width += 2
			}
			if got, _, err := read(t, s, width); err != nil || got != text {
				t.Errorf("%s-%s can't be read without %d modules: %v", v, l, width, err)
			}
			if got, _, err := read(t, s, width+2); err == nil && got == text {
				t.Errorf("%s-%s can be read without %d modules", v, l, width+2)
			}
		}
	}
}

func TestTheHoleLeavesHalfOfLevelH(t *testing.T) {
	t.Parallel()
	for v := coding.Version(1); v <= 40; v++ {
		plan, err := coding.NewPlan(v, coding.H, 7)
		if err != nil {
			t.Fatal(err)
		}
		s := &symbol{Code: &coding.Code{Size: len(plan.Pixel)}, plan: plan}
		hole, err := s.hole()
		if d := damage(s.plan, hole); err != nil || d > 0.5 || hole%2 == 0 {
			t.Errorf("version %s: %d modules, damage %.2f, %v", v, hole, d, err)
		}
		if 100*hole < 14*s.Size || 4*hole > s.Size {
			t.Errorf("version %s: %d of %d modules", v, hole, s.Size)
		}
	}
}

func TestEncodingIsAsDenseAsTheTextAllows(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12345678901234567890123456789012345": "1-L", // 41 digits at most
		"HTTPS://L.EXAMPLE/ABC1234":           "1-L", // 25 of these at most
		"https://l.example":                   "1-L", // 17 bytes at most
		"https://l.example/":                  "2-Q",
		"7":                                   "1-H",
	} {
		s, err := encode(text, coding.L)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%s-%s", s.plan.Version, s.plan.Level); got != want {
			t.Errorf("%q is %s", text, got)
		}
		if got, _, err := read(t, s, 0); got != text {
			t.Errorf("%q is read as %q: %v", text, got, err)
		}
	}
}

func TestTextThatIsTooLong(t *testing.T) {
	t.Parallel()
	if _, err := encode(strings.Repeat("a", 2953), coding.L); err != nil {
		t.Error(err)
	}
	_, err := encode(strings.Repeat("a", 2332), coding.M)
	if e, ok := errors.AsType[*FieldError](err); !ok || e.Field != "text" {
		t.Error(err)
	}
}

// A symbol drawn by hand, rule by rule.
func TestPenalty(t *testing.T) {
	t.Parallel()
	draw := func(rows ...string) *symbol {
		c := &coding.Code{Size: len(rows), Stride: 8}
		c.Bitmap = make([]byte, c.Size*c.Stride)
		for y, row := range rows {
			for x := range row {
				if row[x] == '#' {
					c.Bitmap[y*c.Stride+x/8] |= 0x80 >> (x % 8)
				}
			}
		}
		return &symbol{Code: c}
	}
	for _, c := range []struct {
		want int
		s    *symbol
	}{
		{0, draw("#.#.", ".#.#", "#.#.", ".#.#")},
		{3*9 + 100, draw("####", "####", "####", "####")},                           // nine squares, all dark
		{3, draw("##.#", "##.#", "..#.", "#...")},                                   // one square, half dark
		{5*3 + 5*3 + 16*3 + 100, draw(".....", ".....", ".....", ".....", ".....")}, // ten runs of five
		{10, draw("#.#.", ".#.#", "#.#.", "#.##")},                                  // nine of sixteen: 56%
	} {
		if got := c.s.penalty(); got != c.want {
			t.Errorf("penalty %d instead of %d", got, c.want)
		}
	}
	cost := func(modules string) (sum int) {
		var l line
		for _, m := range modules {
			sum += l.next(m == '#')
		}
		return sum + l.end()
	}
	for modules, want := range map[string]int{
		"#.###.#....": 40, "....#.###.#": 40, "....#.###.#....": 80, "#.###.#...": 0,
		"#####.": 3, ".######": 4, "#.#.#.#": 0, ".....#.....": 6, "#.###.#.....": 43,
	} {
		if got := cost(modules); got != want {
			t.Errorf("%s costs %d instead of %d", modules, got, want)
		}
	}
}

// The mask that was chosen is the best of eight.
func TestMask(t *testing.T) {
	t.Parallel()
	const text = "https://links.example.com/spring-sale"
	s, err := encode(text, coding.M)
	if err != nil {
		t.Fatal(err)
	}
	used := map[coding.Mask]bool{}
	for m := range coding.Mask(8) {
		plan, _ := coding.NewPlan(s.plan.Version, s.plan.Level, m)
		code, _ := plan.Encode(coding.String(text))
		if p := (&symbol{Code: code, plan: plan}).penalty(); p < s.penalty() {
			t.Errorf("mask %d has %d, mask %d only %d", s.plan.Mask, s.penalty(), m, p)
		}
		other, _ := encode(fmt.Sprintf("%s-%d", text, m), coding.M)
		used[other.plan.Mask] = true
	}
	if len(used) < 2 {
		t.Error("it is always the same mask")
	}
}

func BenchmarkEncode(b *testing.B) {
	for b.Loop() {
		if _, err := encode("https://links.example.com/spring-sale-2026?qr=1", coding.M); err != nil {
			b.Fatal(err)
		}
	}
}
