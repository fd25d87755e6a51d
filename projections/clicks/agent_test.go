package clicks

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"unicode/utf8"

	"github.com/linklog/linklog/domain"
)

const (
	iPhone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
	windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
	pixel   = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)

func TestClassify(t *testing.T) {
	c := newClassifier(botList)
	person := func(text, device, browser, os, platform string) {
		t.Helper()
		want := agent{device: device, browser: browser, os: os, platform: platform}
		if got := c.classify(text); got != want {
			t.Errorf("%s\n got %+v\nwant %+v", text, got, want)
		}
	}
	person(iPhone, "mobile", "Safari", "iOS", "ios")
	person(windows, "desktop", "Chrome", "Windows", "web")
	person(pixel, "mobile", "Chrome", "Android", "android")
	person("Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1", "tablet", "Safari", "iOS", "ios")
	person("Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1", "mobile", "Safari", "iOS", "ios")
	person("Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36", "tablet", "Chrome", "Android", "android")
	person("Mozilla/5.0 (Linux; Android 9; SAMSUNG SM-G960F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36", "mobile", "Samsung Browser", "Android", "android")
	person("Mozilla/5.0 (Linux; Android 11; BRAVIA 4K VH2 TV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36", "desktop", "Chrome", "Android", "android")
	person("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "desktop", "Safari", "macOS", "web")
	person("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "desktop", "Firefox", "Linux", "web")
	person("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36", "desktop", "Chrome", "ChromeOS", "web")
	person("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "desktop", "Edge", "Windows", "web")
	person("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0", "desktop", "Opera", "Windows", "web")
	person("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "desktop", "Internet Explorer", "Windows", "web")
	person("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 330.0.0", "mobile", "Instagram App", "iOS", "ios")
	person("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/450.0]", "mobile", "Facebook App", "iOS", "ios")
	person("Mozilla/5.0 (Linux; Android 12; CUBOT X50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Mobile Safari/537.36", "mobile", "Chrome", "Android", "android")
	person("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 [Pinterest/Android]", "mobile", "Pinterest App", "Android", "android")
	person("Mozilla/5.0", "desktop", "", "", "web")
	person("made up by a visitor", "desktop", "", "", "web")
}

func TestBots(t *testing.T) {
	c := newClassifier(botList)
	for text, reason := range map[string]string{
		"":                              "empty",
		" \t":                           "empty",
		"TelegramBot (like TwitterBot)": "preview",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                                                          "crawler",
		"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)": "crawler",
		"Some-Crawler/1.0": "crawler",
		"Baiduspider+(+http://www.baidu.com/search/spider.htm)":                     "crawler",
		"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)": "preview",
		"Mozilla/5.0 (Windows NT 10.0) Google-Safety":                               "security",
		"Mozilla/5.0 google-firebase":                                               "security",
		"okhttp/4.12.0":                                                             "library",
		"axios/1.7.2":                                                               "library",
		"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)":                    "library",
		"python-requests/2.32.3":                                                    "library",
		"curl/8.5.0":                                                                "library",
		"Wget/1.21.4":                                                               "library",
		"Go-http-client/1.1":                                                        "library",
		"Java/17.0.1":                                                               "library",
		"libwww-perl/6.67":                                                          "library",
		"Links/1.0 CFNetwork/1410.0.3 Darwin/22.6.0":                                "library",
		"WhatsApp/2.23.20.0 A":                                                      "preview",
		"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)":                "preview",
		"Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)":      "preview",
		"http.rb/5.1.1 (Mastodon/4.2.0; +https://mastodon.social/)":              "preview",
		"Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)": "monitor",
		"kube-probe/1.29": "monitor",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130.0.0.0 Safari/537.36":    "headless",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)":                   "crawler",
		"Mozilla/5.0 (Linux; Android 12; CUBOT X50) Chrome/122.0.0.0 Mobile Safari/537.36 Googlebot/2": "crawler",
	} {
		want := agent{device: "bot", platform: "web", reason: reason}
		if got := c.classify(text); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestClassifier(t *testing.T) {
	t.Parallel()
	classify := Classifier()
	if a, preview := classify(iPhone); a != (domain.Agent{Device: "mobile", OS: "iOS", Browser: "Safari"}) || preview {
		t.Errorf("got %+v %v", a, preview)
	}
	for text, want := range map[string]bool{
		"facebookexternalhit/1.1": true, "Twitterbot/1.0": true, "Slackbot-LinkExpanding 1.0": true, "WhatsApp/2.23.20.0 A": true,
		"LinkedInBot/1.0": true, "Mozilla/5.0 (compatible; Discordbot/2.0)": true, "TelegramBot (like TwitterBot)": true,
		"Mozilla/5.0 (compatible; Googlebot/2.1)": false, "curl/8.5.0": false, "": false,
	} {
		if a, preview := classify(text); a.Device != "bot" || preview != want {
			t.Errorf("%q: got %+v %v", text, a, preview)
		}
	}
}

// What the list says is part of the rows. If this fails, raise modelVersion, then put the
// new sum here.
func TestModelVersionCoversBotList(t *testing.T) {
	const version, sum = 2, "21d25c99e69040e6"
	got := sha256.Sum256([]byte(botList))
	if modelVersion != version || hex.EncodeToString(got[:8]) != sum {
		t.Errorf("model version %d with bot list %x, want %d with %s", modelVersion, got[:8], version, sum)
	}
}

func TestUnusableBotListPanics(t *testing.T) {
	for _, list := range []string{"crawler\n", "crawler Bot\n", "crawler ^\n"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was taken", list)
				}
			}()
			newClassifier(list)
		}()
	}
}

func FuzzClassify(f *testing.F) {
	for _, text := range []string{"", iPhone, windows, pixel, "curl/8", "(", ")/;", "Mozilla/5.0 (((;;;"} {
		f.Add(text)
	}
	c := newClassifier(botList)
	f.Fuzz(func(t *testing.T, text string) {
		a := c.classify(text)
		switch a.device {
		case "mobile", "desktop", "tablet":
			if a.reason != "" {
				t.Error("a bot has a device")
			}
		case "bot":
			if a.reason == "" {
				t.Error("a bot without reason")
			}
		default:
			t.Errorf("device %q", a.device)
		}
		if !utf8.ValidString(a.browser) || len(a.browser) > 20 {
			t.Errorf("browser %q was made up", a.browser)
		}
		if a != c.classify(text) {
			t.Error("not the same twice")
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	c := newClassifier(botList)
	b.ReportAllocs()
	for b.Loop() {
		c.classify(pixel)
	}
}

func TestReferrerDomain(t *testing.T) {
	for host, want := range map[string]string{
		"instagram.com": "instagram.com", "l.instagram.com": "instagram.com", "WWW.Instagram.com.": "instagram.com", "m.facebook.com": "facebook.com",
		"t.co": "t.co", "news.bbc.co.uk": "bbc.co.uk", "someone.github.io": "someone.github.io", "192.0.2.1": "192.0.2.1",
		"[2001:db8::1]": "[2001:db8::1]", "localhost": "localhost", "intranet": "intranet", "com": "com", "": "", "..": ".", "a..b": "a..b",
	} {
		if got := referrerDomain(host); got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
}
