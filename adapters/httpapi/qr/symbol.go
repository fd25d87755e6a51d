package qr

import (
	"math"

	"rsc.io/qr/coding"
)

// symbol is a text as a square of dark and light modules.
type symbol struct {
	*coding.Code

	plan *coding.Plan // what each module is for
}

// encode finds the smallest symbol for a text at a level. If a higher level fits into the same
// square it is taken, for nothing.
func encode(text string, level coding.Level) (*symbol, error) {
	data := coding.Encoding(coding.String(text))
	for _, denser := range []coding.Encoding{coding.Alpha(text), coding.Num(text)} {
		if denser.Check() == nil {
			data = denser
		}
	}
	version := coding.Version(coding.MinVersion)
	fits := func(l coding.Level) bool { return data.Bits(version) <= version.DataBytes(l)*8 }
	for ; !fits(level); version++ {
		if version == coding.MaxVersion {
			return nil, fieldErrorf("text", "is too long for a QR code with error correction %s", level)
		}
	}
	for level < coding.H && fits(level+1) {
		level++
	}
	return mask(version, level, data)
}

// mask is the symbol with that of the eight masks which scanners read best.
func mask(version coding.Version, level coding.Level, data coding.Encoding) (*symbol, error) {
	var best *symbol
	least := math.MaxInt
	for m := range coding.Mask(8) {
		plan, err := coding.NewPlan(version, level, m)
		if err != nil {
			return nil, err
		}
		code, err := plan.Encode(data)
		if err != nil {
			return nil, err
		}
		s := &symbol{Code: code, plan: plan}
		if p := s.penalty(); p < least {
			best, least = s, p
		}
	}
	return best, nil
}
