package clicks

import (
	"strings"

	"github.com/mileusna/useragent"
)

// browserName is a name from a closed list, or empty: the parser falls back on whatever
// words a user agent contains, and a visitor must not make up browsers. Browsers inside apps
// and those that pass for Chrome are looked for first.
func browserName(text, parsed string) string {
	for _, b := range [...]struct{ mark, name string }{
		{"Instagram", useragent.InstagramApp},
		{"FBAN/", useragent.FacebookApp},
		{"FBAV/", useragent.FacebookApp},
		{"musical_ly", useragent.TiktokApp},
		{"BytedanceWebview", useragent.TiktokApp},
		{"Snapchat", "Snapchat App"},
		{"Pinterest", "Pinterest App"},
		{"LinkedInApp", "LinkedIn App"},
		{"MicroMessenger", "WeChat App"},
		{" Line/", "LINE App"},
		{"GSA/", "Google App"},
		{"DuckDuckGo/", "DuckDuckGo"},
		{"Ddg/", "DuckDuckGo"},
		{"YaBrowser/", "Yandex Browser"},
		{"UCBrowser/", "UC Browser"},
		{"MiuiBrowser/", "Miui Browser"},
		{"HuaweiBrowser/", "Huawei Browser"},
		{"Whale/", "Whale"},
		{"Silk/", "Silk"},
		{"Brave/", "Brave"},
		{"EdgW/", useragent.Edge},
		{"Trident/", useragent.InternetExplorer},
	} {
		if strings.Contains(text, b.mark) {
			return b.name
		}
	}
	switch parsed {
	case useragent.Chrome, useragent.Safari, useragent.Firefox, useragent.Edge, useragent.Opera, useragent.OperaMini, useragent.OperaTouch,
		useragent.SamsungBrowser, useragent.Vivaldi, useragent.InternetExplorer, useragent.NetFront, useragent.BlackBerry, "Android browser":
		return parsed
	}
	return ""
}
