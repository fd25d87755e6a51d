package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCompletionScripts: each shell that is here completes by its script.
func TestCompletionScripts(t *testing.T) {
	u := newUser(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(path, filepath.Join(bin, "linklog")); err != nil {
		t.Fatal(err)
	}
	for shell, program := range map[string]string{
		"bash": `source <(linklog completion bash); COMP_WORDS=(linklog links re); COMP_CWORD=2; _linklog; printf '%s\n' "${COMPREPLY[@]}"`,
		"zsh":  `autoload -Uz compinit; compinit -D; source <(linklog completion zsh); _describe() { print -l -- $found }; words=(linklog links re); CURRENT=3; ${_comps[linklog]}`,
		"fish": `linklog completion fish | source; complete -C "linklog links re"`,
	} {
		t.Run(shell, func(t *testing.T) {
			found, err := exec.LookPath(shell)
			if err != nil {
				t.Skipf("no %s here", shell)
			}
			args := []string{"-c", program}
			if shell == "zsh" {
				args = append([]string{"-f"}, args...)
			}
			cmd := exec.CommandContext(t.Context(), found, args...) //nolint:gosec // a shell of this machine
			cmd.Env = slices.Concat(u.command().Env, []string{"HOME=" + t.TempDir(), "PATH=" + bin + ":/usr/bin:/bin"})
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), "restore") || !strings.Contains(string(out), "\nrevert") || strings.Contains(string(out), "create") {
				t.Errorf("%v: %q", err, out)
			}
		})
	}
	u.fails(2, "bash", "completion", "tcsh")
}
