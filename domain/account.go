package domain

// Plan is what an account is entitled to.
type Plan string

// The plans.
const (
	Free       Plan = "free"
	Pro        Plan = "pro"
	Enterprise Plan = "enterprise"
)

// ParsePlan reads a plan's name.
func ParsePlan(s string) (Plan, error) {
	switch p := Plan(s); p {
	case Free, Pro, Enterprise:
		return p, nil
	}
	return "", Errorf(Validation, "plan", "plan must be free, pro or enterprise, not %q", s)
}

// Caller is who asks: an account, known by one of its keys.
type Caller struct {
	Account AccountID
	Key     KeyID
	Plan    Plan
	// Requests an hour of each key that were agreed with the account; 0: what the plan says.
	Requests int
	Scopes   Scopes // what the key may be used for
}
