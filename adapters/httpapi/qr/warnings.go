package qr

import "fmt"

// Below these a camera has its troubles.
const (
	goodContrast = 0.4 // of the brightness between black and white; ISO/IEC 15415 has grade C there
	goodScale    = 3   // pixels a module
	goodMargin   = 4   // modules, as ISO/IEC 18004 asks for
	goodDamage   = 0.5 // of what error correction can do, so that as much is left for dirt and blur
)

// Warnings tells, in sentences for people, why a phone might not be able to read the code that
// [Render] makes of these options. There are none if it can't make any.
func (o Options) Warnings(text string) []string {
	d, err := draft(text, o)
	if err != nil {
		return nil
	}
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }

	dots, background := d.look.dots, d.look.background
	switch contrast := background.luma() - dots.luma(); {
	case contrast > -goodContrast && contrast < goodContrast:
		add("The dots hardly stand out from the background: choose a darker color for the dots or a lighter one for the background.")
	case contrast < 0:
		add("The dots are lighter than the background: many phones read only dark dots on a light background.")
	}
	if d.look.size < goodScale*d.across() {
		add("At %d pixels the dots are smaller than %d pixels each: choose a size of %d or more.",
			d.look.size, goodScale, goodScale*d.across())
	}
	if d.look.margin < goodMargin {
		add("The margin is less than %d modules wide: phones need it to find the code, unless as much empty space is left around the picture.", goodMargin)
	}
	if hidden := damage(d.plan, d.hole); hidden > goodDamage {
		add("The logo hides %.0f%% of what error correction %s can make up for: choose a higher level, best H.",
			100*hidden, d.plan.Level)
	}
	return all
}
