package web

import "strings"

// browsers and systems are told by the first word that a browser's name of itself has. The order
// matters: most of them say that they are several.
var (
	browsers = []struct{ word, name string }{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systems = []struct{ word, name string }{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"},
		{"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)

// browser is a browser's name of itself in two words.
func browser(agent string) string {
	name, system := "", ""
	for _, b := range browsers {
		if name == "" && strings.Contains(agent, b.word) {
			name = b.name
		}
	}
	for _, o := range systems {
		if system == "" && strings.Contains(agent, o.word) {
			system = o.name
		}
	}
	switch {
	case name == "" && system == "":
		return "Unknown"
	case name == "":
		return system
	case system == "":
		return name
	}
	return name + " on " + system
}

// digits is a code as people type it, without its spaces.
func digits(code string) string { return strings.Join(strings.Fields(code), "") }

// spaced is a secret in groups that people can type.
func spaced(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
