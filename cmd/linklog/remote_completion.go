package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// completionScripts ask complete-words with the words up to the cursor. Where it knows
// nothing, files are offered.
var completionScripts = map[string]string{
	"bash": `_linklog() {
  local word help
  COMPREPLY=()
  while IFS=$'\t' read -r word help; do
    COMPREPLY+=("$word")
  done < <("${COMP_WORDS[0]}" complete-words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _linklog linklog
`,
	"zsh": `#compdef linklog
_linklog() {
  local word help
  local -a found
  while IFS=$'\t' read -r word help; do
    found+=("${word//:/\\:}:$help")
  done < <("${words[1]}" complete-words -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then
    _describe -V linklog found
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_linklog" ]; then
  _linklog "$@"
else
  compdef _linklog linklog
fi
`,
	"fish": `function __linklog_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] complete-words -- $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c linklog -f -a '(__linklog_complete)'
`,
}

type completionCmd struct {
	Shell string `arg:"" help:"bash, zsh or fish." enum:"bash,zsh,fish"`
}

// Help shows an example.
func (*completionCmd) Help() string {
	return `Prints a script with which the shell completes commands, flags and their values:

  echo 'source <(linklog completion bash)' >> ~/.bashrc
  linklog completion zsh > "${fpath[1]}/_linklog"
  linklog completion fish > ~/.config/fish/completions/linklog.fish`
}

// Run prints a shell's script.
func (c *completionCmd) Run(t *terminal) error {
	_, err := fmt.Fprint(t.out, completionScripts[c.Shell])
	return err
}

type completeWordsCmd struct {
	Words []string `arg:"" optional:"" passthrough:"" help:"The words up to the cursor."`
}

// Help shows an example.
func (*completeWordsCmd) Help() string {
	return "For the scripts of linklog completion.\n\n  linklog complete-words -- links li"
}

// Run prints what could be in the place of the last word.
func (c *completeWordsCmd) Run(k *kong.Context, t *terminal) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		words = []string{""}
	}
	w := bufio.NewWriter(t.out)
	for _, offer := range completions(k.Model.Node, words) {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", offer.word, offer.help) // Flush tells
	}
	return w.Flush()
}

// completion is a word that could stand there.
type completion struct {
	word, help string
}

// completions are the words that the last of words could become.
func completions(node *kong.Node, words []string) (all []completion) {
	last := words[len(words)-1]
	var waiting *kong.Flag // for its value
	for _, word := range words[:len(words)-1] {
		switch {
		case word == "=": // bash makes three words of --flag=value
		case waiting != nil:
			waiting = nil
		case strings.HasPrefix(word, "-"):
			if flag := flagOf(node, word); flag != nil && !flag.IsBool() && !strings.Contains(word, "=") {
				waiting = flag
			}
		default:
			node = childOf(node, word)
		}
	}
	switch name, _, valued := strings.Cut(last, "="); {
	case last == "=" && waiting != nil:
		return values(waiting, "", "")
	case waiting != nil:
		return values(waiting, "", last)
	case valued && strings.HasPrefix(last, "-"):
		if flag := flagOf(node, name); flag != nil {
			return values(flag, name+"=", last)
		}
	case strings.HasPrefix(last, "-"):
		return flagsOf(node, last)
	default:
		for _, child := range node.Children {
			if !child.Hidden && strings.HasPrefix(child.Name, last) {
				all = append(all, completion{child.Name, child.Help})
			}
		}
		for _, arg := range node.Positional {
			all = append(all, values(&kong.Flag{Value: arg}, "", last)...)
		}
	}
	return all
}

// childOf is the command of that name, or node where a word is an argument.
func childOf(node *kong.Node, name string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == name || slices.Contains(child.Aliases, name) {
			return child
		}
	}
	return node
}

// flagOf is the flag that a word begins with, nil if there is none.
func flagOf(node *kong.Node, word string) *kong.Flag {
	name, _, _ := strings.Cut(word, "=")
	for _, group := range node.AllFlags(false) {
		for _, flag := range group {
			if name == "--"+flag.Name || flag.Short != 0 && name == "-"+string(flag.Short) {
				return flag
			}
		}
	}
	return nil
}

func flagsOf(node *kong.Node, prefix string) (all []completion) {
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			if word := "--" + flag.Name; strings.HasPrefix(word, prefix) {
				all = append(all, completion{word, flag.Help})
			}
		}
	}
	return all
}

// values are those that a flag or an argument is limited to.
func values(flag *kong.Flag, before, prefix string) (all []completion) {
	if flag.Enum == "" {
		return nil
	}
	for value := range strings.SplitSeq(flag.Enum, ",") {
		if value = before + value; value != before && strings.HasPrefix(value, prefix) {
			all = append(all, completion{value, ""})
		}
	}
	return all
}
