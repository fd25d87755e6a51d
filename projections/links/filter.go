package links

import (
	"time"

	"github.com/linklog/linklog/domain"
)

// Life narrows a list by where links are in their lives.
type Life string

// The choices. Deleted links are in none of them.
const (
	Shown     Life = ""          // all that are not archived
	Working   Life = "active"    // lead somewhere now
	Disabled  Life = "disabled"  // switched off
	Archived  Life = "archived"  // put away
	Expired   Life = "expired"   // ended
	Scheduled Life = "scheduled" // not begun
	Any       Life = "any"
)

// Filter narrows the links of an account. Zero values don't narrow.
type Filter struct {
	Account       domain.AccountID // required
	Host          domain.Host      // where the slug lives, exactly
	Tag           string
	Search        string // part of slug, destination or title, or beginnings of words of theirs, without case
	External      string
	MetadataKey   string
	MetadataValue string // of MetadataKey: a string's text, or any other value as JSON; empty: whatever
	Life          Life
	CreatedFrom   time.Time
	CreatedTo     time.Time // exclusive
	Destination   domain.Destination
	Numbers       []domain.LinkNumber // none but these; nil: any
	Now           time.Time           // what Life compares with; zero: the database's clock
}

// Sort is what a list is ordered by. Links that are equal in it are ordered by number.
type Sort string

// The orders.
const (
	ByCreated     Sort = "created_at" // also the zero value's meaning
	ByUpdated     Sort = "updated_at"
	BySlugText    Sort = "slug"
	ByTitle       Sort = "title"
	ByDestination Sort = "destination"
)

// ListQuery asks for a page of links: what comes after another page, or from an offset on.
type ListQuery struct {
	Filter

	Sort      Sort
	Ascending bool   // else newest, or last in the alphabet, first
	After     string // Next of the page before, of a list in the same order; empty: from the start
	Offset    int
	Limit     int
}

// Page is a part of a list.
type Page struct {
	Links []domain.Link
	More  bool   // whether there are others after them
	Next  string // what the page after them comes after; empty if there are none

	// Partial says that the account has so many links that Search was looked for everywhere by words
	// only: links may be missing that have it in the middle of a word of slug or address.
	Partial bool
}
