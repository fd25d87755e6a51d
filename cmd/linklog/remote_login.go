package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// login is what linklog login keeps.
type login struct {
	API string `json:"api"`
	Key string `json:"key"`
}

// loginPath is where it is kept.
func loginPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find configuration folder: %w", err)
	}
	return filepath.Join(dir, "linklog", "login.json"), nil
}

// readLogin is what is kept, or nothing.
func readLogin() (l login, err error) {
	path, err := loginPath()
	if err != nil {
		return l, err
	}
	text, err := os.ReadFile(path) //nolint:gosec // the user's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return l, fmt.Errorf("read login: %w", err)
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("read %s (linklog logout removes it): %w", path, err)
	}
	return l, nil
}

// write keeps l where only this user reads it. Whoever reads it meanwhile sees the old one.
func (l login) write() (path string, err error) {
	if path, err = loginPath(); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("make configuration folder: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".login-*") // 0600 from its first moment
	if err != nil {
		return "", fmt.Errorf("keep login: %w", err)
	}
	err = errors.Join(json.NewEncoder(f).Encode(l), f.Sync(), f.Close()) //nolint:gosec // the key is what is to be kept
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what remains is of no use
		return "", fmt.Errorf("keep login: %w", err)
	}
	return path, nil
}

// remoteAccount is what GET /v1/account tells.
type remoteAccount struct {
	Account json.RawMessage `json:"account"`
}

type loginCmd struct {
	remoteSettings
}

// Help shows an example.
func (*loginCmd) Help() string {
	return `Asks the API whose key it is, then keeps both in your configuration folder, readable for you
alone. Without --key you are asked for it; --key - reads it from standard input.

  linklog login --api https://api.example.com
  pass show linklog | linklog login --api https://api.example.com --key -` + remoteHelp
}

// Run checks an address and a key, and keeps them.
func (c *loginCmd) Run(ctx context.Context, t *terminal) error {
	if c.API == "" {
		stored, err := readLogin()
		if err != nil {
			return err
		}
		if c.API = stored.API; c.API == "" {
			return misused("say which API: --api https://api.example.com")
		}
	}
	base, err := parseAPI(c.API)
	if err != nil {
		return err
	}
	key, err := c.readKey(t, base)
	if err != nil {
		return err
	}
	if strings.HasPrefix(base, "http://") && !loopback(base) {
		t.sayf("warning: %s is not encrypted: others on the way can read the key", base)
	}
	var a remoteAccount
	if err := newRemote(base, key, t).get(ctx, "/account", nil, &a); err != nil {
		return err
	}
	path, err := login{base, key}.write()
	if err != nil {
		return err
	}
	if c.JSON {
		return printLine(t.out, a.Account)
	}
	var account struct {
		ID   string `json:"id"`
		Plan string `json:"plan"`
	}
	if err := json.Unmarshal(a.Account, &account); err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	_, err = fmt.Fprintf(t.out, "signed in to %s as %s (%s), kept in %s\n", base, visible(account.ID), visible(account.Plan), path)
	return err
}

// readKey is --key, a line of standard input, or what is typed unseen.
func (c *loginCmd) readKey(t *terminal, base string) (string, error) {
	typed := term.IsTerminal(int(os.Stdin.Fd()))
	switch {
	case c.Key != "" && c.Key != "-":
		return c.Key, nil
	case c.Key == "" && !typed:
		return "", misused("say which key: --key - reads it from standard input")
	case typed:
		return typedUnseen(t, fmt.Sprintf("API key for %s: ", base))
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if key := strings.TrimSpace(line); key != "" {
		return key, nil
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read key: %w", err)
	}
	return "", misused("there is no key on standard input")
}

// typedUnseen asks for a line on the terminal. It hides what is typed before it asks, since
// what is pasted may be there at once.
func typedUnseen(t *terminal, prompt string) (string, error) {
	fd := int(os.Stdin.Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return "", fmt.Errorf("hide what is typed: %w", err)
	}
	defer func() { _ = term.Restore(fd, state) }() // nothing to be done about it
	text, err := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{os.Stdin, t.err}, "").ReadPassword(prompt)
	if err != nil || text == "" {
		return "", errors.New("no key was given")
	}
	return text, nil
}

// loopback reports whether an address is this machine's own.
func loopback(base string) bool {
	host := strings.TrimPrefix(base, "http://")
	for _, own := range []string{"127.", "localhost", "[::1]"} {
		if strings.HasPrefix(host, own) {
			return true
		}
	}
	return false
}

type logoutCmd struct{}

// Help shows an example.
func (*logoutCmd) Help() string {
	return "Forgets the address and the key of linklog login. The key itself stays valid.\n\n  linklog logout"
}

// Run removes what login keeps.
func (*logoutCmd) Run(t *terminal) error {
	path, err := loginPath()
	if err != nil {
		return err
	}
	if err := os.Remove(path); errors.Is(err, fs.ErrNotExist) {
		t.sayf("nobody was signed in")
		return nil
	} else if err != nil {
		return fmt.Errorf("forget login: %w", err)
	}
	_, err = fmt.Fprintf(t.out, "signed out; %s is gone\n", path)
	return err
}
