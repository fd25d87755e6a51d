package main

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed guides/*.md
var guides embed.FS

type guideCmd struct {
	Name string `arg:"" help:"links: manage them. analytics: ask, verify and replay. clicks: subscribe to them." enum:"links,analytics,clicks"`
}

// Help shows an example.
func (*guideCmd) Help() string {
	return `Five minutes each, for people who manage links, who analyse clicks, and who build systems on them.

  linklog guide links | less`
}

// Run prints a guide, without what is only for who runs its commands.
func (c *guideCmd) Run(t *terminal) error {
	text, err := guides.ReadFile("guides/" + c.Name + ".md")
	if err != nil {
		return fmt.Errorf("read guide: %w", err)
	}
	_, err = fmt.Fprint(t.out, strings.NewReplacer("```sh server", "```sh", "```sh checkout", "```sh", "```sh until", "```sh").Replace(string(text)))
	return err
}
