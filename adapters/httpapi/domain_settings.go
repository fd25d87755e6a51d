package httpapi

import (
	"encoding/json"

	"github.com/linklog/linklog/domain"
)

// settingsAnswer are a domain's settings; null is ours.
type settingsAnswer struct {
	RedirectStatus   any `json:"redirect_status"`
	RootURL          any `json:"root_url"`
	NotFoundURL      any `json:"not_found_url"`
	RobotsTXT        any `json:"robots_txt"`
	FaviconURL       any `json:"favicon_url"`
	AppleAssociation any `json:"apple_app_site_association"`
	AssetLinks       any `json:"assetlinks"`
}

func shownSettings(s domain.DomainSettings) settingsAnswer {
	return settingsAnswer{
		RedirectStatus: numberOrNil(s.RedirectStatus), RootURL: textOrNil(s.Root), NotFoundURL: textOrNil(s.NotFound),
		RobotsTXT: textOrNil(s.Robots), FaviconURL: textOrNil(s.Favicon),
		AppleAssociation: rawOrNil(s.AppleAssociation), AssetLinks: rawOrNil(s.AssetLinks),
	}
}

func rawOrNil(text string) any {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// settings are a domain's with what a body asks for. Null takes a setting away.
func (f Fields) settings(to domain.DomainSettings) (domain.DomainSettings, error) {
	text := func(at *string) func(string) error {
		return func(name string) (err error) {
			*at, err = f.Text(name)
			return err
		}
	}
	place := func(at *domain.Destination) func(string) error {
		return func(name string) error {
			raw, err := f.Text(name)
			*at = domain.Destination(raw)
			return err
		}
	}
	file := func(at *string) func(string) error {
		return func(name string) error {
			*at = string(f[name])
			return nil
		}
	}
	for _, setting := range []struct {
		name  string
		clear func()
		read  func(name string) error
	}{
		{"redirect_status", func() { to.RedirectStatus = 0 }, func(name string) error {
			return f.Value(name, &to.RedirectStatus, "301, 302, 303, 307 or 308")
		}},
		{"root_url", func() { to.Root = "" }, place(&to.Root)},
		{"not_found_url", func() { to.NotFound = "" }, place(&to.NotFound)},
		{"robots_txt", func() { to.Robots = "" }, text(&to.Robots)},
		{"favicon_url", func() { to.Favicon = "" }, place(&to.Favicon)},
		{"apple_app_site_association", func() { to.AppleAssociation = "" }, file(&to.AppleAssociation)},
		{"assetlinks", func() { to.AssetLinks = "" }, file(&to.AssetLinks)},
	} {
		if _, given := f[setting.name]; !given {
			continue
		}
		setting.clear()
		if !f.Has(setting.name) {
			continue
		}
		if err := setting.read(setting.name); err != nil {
			return domain.DomainSettings{}, err
		}
	}
	return to.Normalise()
}
