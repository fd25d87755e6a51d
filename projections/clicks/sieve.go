package clicks

// sieve adds to a merger what a filter leaves of rows. A value's clicks are known by the hour
// of UTC, and those of two values together by the day.
type sieve struct {
	merger *merger
	filter Filter
	kinds  [traffic]sieved
}

// sieved is one kind of traffic on the day that is being added.
type sieved struct {
	all     hourly // all clicks
	valued  hourly // those with some value of the filter's dimension
	over    hourly // those whose value of it nobody knows
	match   hourly // those with the filter's value
	place   int    // of that value in its column; -1: it isn't there
	seen    int    // values of that column so far
	columns [dimensions]sievedColumn
}

// sievedColumn is the values of a dimension that clicks are broken down by.
type sievedColumn struct {
	texts  [][]byte
	clicks []uint64 // on the day
	passed []uint64 // of them, those that the filter leaves
}

// add adds a stored row.
func (s *sieve) add(counts, hours, pairs []byte) error {
	for t := range s.kinds {
		s.kinds[t].clear()
	}
	if err := readCounts(counts, hours, s); err != nil {
		return err
	}
	err := readPairSections(pairs, func(t Traffic, n int, body []byte) error {
		if !s.merger.plan.question.Traffic.covers(t) {
			return nil
		}
		return s.kinds[t].takePairs(s, n, body)
	})
	if err != nil {
		return err
	}
	for t := range traffic {
		s.settle(t, &s.kinds[t])
	}
	return nil
}

func (k *sieved) clear() {
	k.all, k.valued, k.over, k.match, k.place, k.seen = hourly{}, hourly{}, hourly{}, hourly{}, -1, 0
	for d := range k.columns {
		c := &k.columns[d]
		c.texts, c.clicks, c.passed = c.texts[:0], c.clicks[:0], c.passed[:0]
	}
}

func (s *sieve) breaksDown(t Traffic, d Dimension) bool {
	return s.merger.plan.wanted[d] && s.merger.plan.question.Traffic.covers(t)
}

func (s *sieve) wants(t Traffic, d Dimension) bool {
	return d == slots || d == s.filter.Dimension || s.breaksDown(t, d)
}

func (s *sieve) slot(t Traffic, slot int, n uint32) { s.kinds[t].all[slot/slotsPerHour] += n }

func (s *sieve) value(t Traffic, d Dimension, text []byte, stored storedHours) error {
	k := &s.kinds[t]
	if s.breaksDown(t, d) {
		c := &k.columns[d]
		c.texts, c.clicks, c.passed = append(c.texts, text), append(c.clicks, uint64(stored.total)), append(c.passed, 0)
	}
	if d != s.filter.Dimension {
		return nil
	}
	isValue, isOver := string(text) == s.filter.Value && len(text) > 0, len(text) == 0
	if isValue {
		k.place = k.seen
	}
	k.seen++
	if !isValue && !isOver && s.filter.Value != "" {
		return nil
	}
	var h hourly
	if err := stored.hourly(&h); err != nil {
		return err
	}
	switch {
	case isValue:
		k.match = h
	case isOver:
		k.over = h
	}
	for i, n := range h {
		k.valued[i] += n
	}
	return nil
}

// takePairs sums up, by value of the other dimension, the clicks that have the filter's value,
// or, for those without one, that have any.
func (k *sieved) takePairs(s *sieve, n int, body []byte) error {
	other, swapped := pairings[n][1], false
	if other == s.filter.Dimension {
		other, swapped = pairings[n][0], true
	} else if pairings[n][0] != s.filter.Dimension {
		return nil
	}
	c := &k.columns[other]
	if len(c.texts) == 0 {
		return nil
	}
	bad := false
	over, err := readPairs(body, func(key pair, n uint32) {
		mine, its := key.first(), key.second()
		if swapped {
			mine, its = its, mine
		}
		if its >= len(c.passed) {
			bad = true
			return
		}
		if mine == k.place || s.filter.Value == "" {
			c.passed[its] += uint64(n)
		}
	})
	if bad {
		err = errCounts
	}
	s.merger.lost[other] += uint64(over)
	return err
}

// settle adds what the filter leaves of one kind.
func (s *sieve) settle(t Traffic, k *sieved) {
	m := s.merger
	if s.filter.Value == "" {
		k.match = k.all.minus(&k.valued)
	}
	if s.filter.Exclude {
		k.match = k.all.minus(&k.match)
	}
	for hour, n := range k.match {
		slot := hour * slotsPerHour
		if p := m.pointOf[slot]; p >= 0 {
			m.counts[p].add(t, uint64(n))
			m.total.add(t, uint64(n))
			if s.filter.Value != "" {
				m.unsure += uint64(k.over[hour])
			}
		}
	}
	if !m.plan.question.Traffic.covers(t) {
		return
	}
	m.breakdown += k.match.sum()
	alone := k.all.sum() == 1
	for d := range k.columns {
		k.settleColumn(s, Dimension(d), alone) //nolint:gosec // below 22
	}
}

func (k *sieved) settleColumn(s *sieve, d Dimension, alone bool) {
	c := &k.columns[d]
	for i, text := range c.texts {
		passed := c.passed[i]
		switch {
		case d == s.filter.Dimension && s.filter.Value != "":
			passed = 0
			if i == k.place {
				passed = c.clicks[i]
			}
		case d == s.filter.Dimension:
			passed = c.clicks[i]
		case alone && (k.place == 0 || s.filter.Value == "" && k.seen > 0): // its pairs are not stored
			passed = 1
		}
		// Of those without a value, passed is how many have one: the others are left.
		if (s.filter.Value == "") != s.filter.Exclude {
			passed = c.clicks[i] - min(passed, c.clicks[i])
		}
		if passed > 0 {
			s.merger.clicks[d].add(text, passed)
		}
	}
}

func (h *hourly) minus(o *hourly) (left hourly) {
	for i, n := range h {
		left[i] = n - min(o[i], n)
	}
	return left
}

func (h *hourly) sum() (n uint64) {
	for _, c := range h {
		n += uint64(c)
	}
	return n
}
