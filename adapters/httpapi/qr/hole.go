package qr

import (
	"image"

	"rsc.io/qr/coding"
)

// hole is the width, in modules, of the square in the middle where a logo goes. It depends on
// the symbol's size alone: a quarter of its width, less if level H couldn't take that with as
// much again to spare.
func (s *symbol) hole() (int, error) {
	plan, err := coding.NewPlan(s.plan.Version, coding.H, 0)
	if err != nil {
		return 0, err
	}
	width := s.Size/4 - (s.Size/4+1)%2 // odd, as the symbol's own
	for damage(plan, width) > 0.5 {
		width -= 2
	}
	return width, nil
}

// damage is how much of what a symbol can correct it takes to do without the modules in a
// square in the middle: above 1 it can't be read, and the closer to 1, the less dirt it bears.
func damage(plan *coding.Plan, width int) float64 {
	lost := map[int]bool{}
	for _, row := range plan.Pixel[(len(plan.Pixel)-width)/2:][:width] {
		for _, p := range row[(len(row)-width)/2:][:width] {
			if p.Role() == coding.Data || p.Role() == coding.Check {
				lost[int(p.Offset()/8)] = true
			}
		}
	}
	inBlock := make([]int, plan.Blocks)
	for codeword := range lost {
		inBlock[blockOf(plan, codeword)]++
	}
	worst := 0
	for _, n := range inBlock {
		worst = max(worst, n)
	}
	return float64(worst) / float64(plan.CheckBytes/plan.Blocks/2)
}

// blockOf is the block of a codeword. The plan has all data first, block by block of which the
// last ones are longer by one, then all check bytes.
func blockOf(plan *coding.Plan, codeword int) int {
	if codeword >= plan.DataBytes {
		return (codeword - plan.DataBytes) / (plan.CheckBytes / plan.Blocks)
	}
	short := plan.DataBytes / plan.Blocks
	shorter := plan.Blocks - plan.DataBytes%plan.Blocks
	if codeword < shorter*short {
		return codeword / short
	}
	return shorter + (codeword-shorter*short)/(short+1)
}

// square is where a hole is.
func (s *symbol) square(hole int) image.Rectangle {
	from := (s.Size - hole) / 2
	return image.Rect(from, from, from+hole, from+hole)
}
