package domain

// holds reports whether all conditions of the rule hold.
func (r *Rule) holds(*Visit) bool { return len(r.When) == 0 }
