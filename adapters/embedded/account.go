package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user that the server runs as. The zero value is ourselves.
type account struct {
	name     string
	uid, gid uint32
}

// serverAccount chooses the user for a data directory: ourselves, or if that's root the directory's owner, postgres or nobody. A directory
// of root's, which is a new one or one that was restored, is handed to that user with all that's in it.
func serverAccount(dataDir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	info, err := os.Stat(dataDir)
	if err != nil {
		return account{}, fmt.Errorf("find owner of data directory: %w", err)
	}
	if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 0 {
		a := account{name: strconv.Itoa(int(owner.Uid)), uid: owner.Uid, gid: owner.Gid}
		return a, a.reach(dataDir)
	}
	a, err := unprivileged()
	if err == nil {
		err = a.reach(dataDir)
	}
	if err == nil {
		err = a.take(dataDir)
	}
	return a, err
}

func unprivileged() (account, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		var a account
		if _, err := fmt.Sscan(u.Uid+" "+u.Gid, &a.uid, &a.gid); err != nil {
			return account{}, fmt.Errorf("read ids of user %s: %w", name, err)
		}
		a.name = name
		return a, nil
	}
	return account{}, errors.New("it refuses to run as root, and there is no user postgres or nobody to run it as")
}

func (a account) credential() *syscall.Credential {
	if a.uid == 0 {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

// own hands one file to the account.
func (a account) own(path string) error {
	if a.uid == 0 {
		return nil
	}
	if err := os.Lchown(path, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("hand data to user %s: %w", a.name, err)
	}
	return nil
}

func (a account) take(dataDir string) error {
	return filepath.WalkDir(dataDir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("hand data to user %s: %w", a.name, err)
		}
		return a.own(path)
	})
}

// reach sees that the account is let through to the data directory.
func (a account) reach(dataDir string) error {
	for path := filepath.Dir(dataDir); ; path = filepath.Dir(path) {
		if !a.mayEnter(path) {
			return fmt.Errorf("it refuses to run as root, and user %s, whom it runs as, may not enter %s: choose a data directory elsewhere", a.name, path)
		}
		if path == filepath.Dir(path) {
			return nil
		}
	}
}

func (a account) mayEnter(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	owner := info.Sys().(*syscall.Stat_t)
	switch {
	case owner.Uid == a.uid:
		return info.Mode()&0o100 != 0
	case owner.Gid == a.gid:
		return info.Mode()&0o010 != 0
	default:
		return info.Mode()&0o001 != 0
	}
}
