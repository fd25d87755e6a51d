package links

import "github.com/linklog/linklog/domain"

// OutcomesSQL is how outcomes are loaded, for tests of how Postgres goes about it.
const OutcomesSQL = outcomesSQL

// Few makes r look at no more than n links one by one.
func (r *Reader) Few(n int) { r.few = n }

// TagMark is the mark of a tag.
func TagMark(account domain.AccountID, tag string) int64 { return markOf(account, markTag, tag) }

// ValueMark is the mark of a member of metadata.
func ValueMark(account domain.AccountID, key, value string) int64 {
	return markOf(account, markValue, key, value)
}

// TitleMarks are the marks of a title.
func TitleMarks(account domain.AccountID, title string) []int64 {
	return marksOf(&domain.Link{Account: account, Host: "x", Traits: domain.Traits{Title: title}}).all
}
