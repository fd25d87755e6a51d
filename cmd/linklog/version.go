package main

import (
	"fmt"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints what this binary was built from.
func (versionCmd) Run(t *terminal) error {
	_, err := fmt.Fprintln(t.out, "linklog", version())
	return err
}

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return info.Main.Version
}
