package qr

// penalty is how hard a symbol is to read, by the four rules of ISO/IEC 18004, 7.8.3.
func (s *symbol) penalty() int {
	sum, dark := 0, 0
	for i := range s.Size {
		row := line{}
		column := line{}
		for j := range s.Size {
			sum += row.next(s.Black(j, i)) + column.next(s.Black(i, j))
			if s.Black(j, i) {
				dark++
			}
			if i > 0 && j > 0 && s.even(j, i) {
				sum += 3
			}
		}
		sum += row.end() + column.end()
	}
	return sum + 10*(abs(dark*20-s.Size*s.Size*10)/(s.Size*s.Size))
}

// even tells whether a module is like its three neighbours above and to the left.
func (s *symbol) even(x, y int) bool {
	c := s.Black(x, y)
	return c == s.Black(x-1, y) && c == s.Black(x, y-1) && c == s.Black(x-1, y-1)
}

// line is one row or column, read up to some module.
type line struct {
	run  int    // how many of the same color there were last
	last bool   // their color
	seen uint16 // the last eleven, newest last
	n    int
}

// Patterns that look like the finder in the corners: 1:1:3:1:1 with four light ones on one side.
const eleven, finderBefore, finderAfter = 1<<11 - 1, 0b10111010000, 0b00001011101

// next reads a module, and is what it costs.
func (l *line) next(dark bool) int {
	cost := 0
	if dark != l.last || l.n == 0 {
		cost = l.end()
		l.run, l.last = 0, dark
	}
	l.run++
	l.n++
	l.seen = l.seen << 1 & eleven
	if dark {
		l.seen |= 1
	}
	if l.n >= 11 && (l.seen == finderBefore || l.seen == finderAfter) {
		cost += 40
	}
	return cost
}

// end is what a run costs that ends here.
func (l *line) end() int {
	if l.run < 5 {
		return 0
	}
	return l.run - 2
}

func abs(n int) int { return max(n, -n) }
