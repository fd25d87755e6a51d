package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// envCmd saves people who try things in a second terminal from copying addresses.
type envCmd struct {
	Data string `help:"The folder that linklog dev was given." default:"linklog-data" type:"path"`
}

// Help shows an example.
func (*envCmd) Help() string {
	return `Prints what a shell needs so that the other commands find the linklog dev that is running.

  eval "$(linklog env)"`
}

// Run prints assignments for a POSIX shell.
func (c *envCmd) Run(t *terminal) error {
	line, err := readRunning(c.Data)
	if err != nil {
		return err
	}
	for _, v := range [][2]string{
		{"LINKLOG_API", line.API}, {"LINKLOG_KEY", line.APIKey}, {"LINKLOG_REDIRECT", line.Redirect},
		{"LINKLOG_KAFKA_BROKERS", line.Kafka}, {"LINKLOG_DATABASE_URL", line.Database},
	} {
		if _, err := fmt.Fprintf(t.out, "export %s='%s'\n", v[0], strings.ReplaceAll(v[1], "'", `'\''`)); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}

// runningPath is where linklog dev says what it prints with --json, while it runs.
func runningPath(data string) string { return filepath.Join(data, "running.json") }

// keepRunning writes down where everything is, for linklog env. The returned function removes it.
func keepRunning(data string, line readyLine) (remove func(), err error) {
	text, err := json.Marshal(line)
	if err != nil {
		return nil, fmt.Errorf("write addresses: %w", err)
	}
	path := runningPath(data)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, fmt.Errorf("write addresses: %w", err)
	}
	return func() { _ = os.Remove(path) }, nil
}

func readRunning(data string) (line readyLine, err error) {
	text, err := os.ReadFile(runningPath(data)) //nolint:gosec // the user's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return line, fmt.Errorf("no linklog dev is running on %s: start it in another terminal, or name its folder with --data", data)
	}
	if err != nil {
		return line, fmt.Errorf("read addresses: %w", err)
	}
	if err := json.Unmarshal(text, &line); err != nil {
		return line, fmt.Errorf("read addresses: %w", err)
	}
	return line, nil
}
