package schemas

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linklog/linklog/domain"
)

// revision is the newest meaning of linklog.v1 that this code reads. It is raised when a
// message may say something an older reader must not overlook.
//
//	1: the first
//	2: traits of links, links that move between hosts, what a plan allows
//	3: upserts that change only what they name, links that go back to a version that has ended
//	4: slugs that another shortener gave out
const revision = 4

// commandNeeds is the revision a reader of c must know: one of an older would do less than was
// asked, or more than the plan allows. Types that came with a revision don't need to say so.
func commandNeeds(c domain.Command) int {
	newer := false
	asked := []domain.CommandBody{c.Body}
	if b, ok := c.Body.(domain.Batch); ok {
		asked = b.Items
	}
	switch {
	case slices.ContainsFunc(asked, fourthNeeded):
		return 4
	case slices.ContainsFunc(asked, thirdNeeded):
		return 3
	}
	switch b := c.Body.(type) {
	case domain.CreateLink:
		newer = b.Upsert || c.Limits.Links > 0 || !bare(&b.Traits)
	case domain.UpdateLink:
		newer = b.Host != nil || b.Patch.Set != 0 || c.Limits.FixedURLs && b.Destination != nil
	}
	if newer {
		return 2
	}
	return 1
}

// fourthNeeded says whether an older reader would not take a slug for one.
func fourthNeeded(b domain.CommandBody) bool {
	switch b := b.(type) {
	case domain.CreateLink:
		return b.Foreign
	case domain.UpdateLink:
		if b.Slug == nil {
			return false
		}
		_, err := domain.ParseSlug(string(*b.Slug))
		return err != nil
	}
	return false
}

// thirdNeeded says whether an older reader would take more from a link than was asked, or refuse to
// have it end in the past.
func thirdNeeded(b domain.CommandBody) bool {
	switch b := b.(type) {
	case domain.CreateLink:
		return b.Set != 0 || b.SetEnd
	case domain.UpdateLink:
		return b.Revert
	}
	return false
}

// eventNeeds is the revision a reader of a fact must know. Only a link made with traits is
// another one than an older reader would take it for.
func eventNeeds(b domain.EventBody) int {
	if created, ok := b.(domain.LinkCreated); ok && !bare(&created.Traits) {
		return 2
	}
	return 1
}

// admit says whether m is a message of this kind that this code understands.
func admit(m Message, k kind) error {
	version, _ := m.Get(ceSpecVersion)
	name, _ := m.Get(ceType)
	switch {
	case version == "":
		return unusable("it is not a CloudEvent")
	case version != specVersion:
		return unknown("CloudEvents %q", version)
	case slices.Contains(kinds[k], name):
		return admitRevision(m)
	case !strings.HasPrefix(name, typePrefix):
		return unusable("its type %q is not one of ours", name)
	}
	for _, types := range kinds {
		if slices.Contains(types, name) {
			return unusable("its type %q belongs to another topic", name)
		}
	}
	return unknown("type %q", name)
}

const schemaPrefix = "urn:linklog:v1:"

func schemaOf(revision int) string {
	if revision == 1 {
		return ""
	}
	return schemaPrefix + strconv.Itoa(revision)
}

func admitRevision(m Message) error {
	schema, ok := m.Get(ceDataSchema)
	if !ok {
		return nil
	}
	digits, ours := strings.CutPrefix(schema, schemaPrefix)
	written, err := strconv.ParseUint(digits, 10, 31)
	switch {
	case !ours || err != nil || written == 0:
		return unusable("its schema %q is not one of ours", schema)
	case written > revision:
		return unknown("schema %q", schema)
	}
	return nil
}

func unusable(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnusable, fmt.Sprintf(format, args...))
}

func unknown(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnknown, fmt.Sprintf(format, args...))
}
