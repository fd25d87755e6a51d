package identity

import "errors"

// ErrSecondFactor says that the password is right, and that a code of the second factor is needed.
var ErrSecondFactor = errors.New("a code of the second factor is needed")
