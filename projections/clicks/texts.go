package clicks

import "strings"

// texts gives every distinct text a small number, so that counting compares numbers. Number 0
// is the empty text. Numbers mean nothing outside the process.
type texts struct {
	ids   map[string]uint32
	known []string
}

func newTexts() *texts {
	return &texts{ids: map[string]uint32{"": 0}, known: []string{""}}
}

// id is the number of a text; the text isn't kept.
func (t *texts) id(text []byte) uint32 {
	if id, ok := t.ids[string(text)]; ok {
		return id
	}
	return t.add(string(text))
}

// idOf is the number of a text; a copy of it is kept, so that it doesn't hold on to the
// message it came in.
func (t *texts) idOf(text string) uint32 {
	if text == "" {
		return 0
	}
	if id, ok := t.ids[text]; ok {
		return id
	}
	return t.add(strings.Clone(text))
}

func (t *texts) add(text string) uint32 {
	id := uint32(len(t.known)) //nolint:gosec // bounded by maxTexts and a batch
	t.ids[text] = id
	t.known = append(t.known, text)
	return id
}

func (t *texts) text(id uint32) string { return t.known[id] }

func (t *texts) len() int { return len(t.known) }
