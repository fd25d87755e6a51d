package web

// Foreign is a sign-in by OpenID Connect; zero: there is none.
type Foreign struct {
	Issuer       string // as in https://accounts.example.com
	ClientID     string
	ClientSecret string
	Name         string // what the button says; empty: the issuer's host
}

type foreign struct{ Foreign }

func newForeign(o Foreign, _ string) *foreign {
	if o.Issuer == "" {
		return nil
	}
	return &foreign{Foreign: o}
}

func (f *foreign) label() string { return f.Name }
