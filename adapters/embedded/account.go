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

// serverAccount chooses the user for a data directory: ourselves, or if that's root the directory's owner, postgres or nobody.
func serverAccount(dataDir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	info, err := os.Stat(dataDir)
	if err != nil {
		return account{}, fmt.Errorf("find owner of data directory: %w", err)
	}
	if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 0 {
		return account{name: strconv.Itoa(int(owner.Uid)), uid: owner.Uid, gid: owner.Gid}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(u.Uid, 10, 32)
			gid, _ := strconv.ParseUint(u.Gid, 10, 32)
			return account{name: name, uid: uint32(uid), gid: uint32(gid)}, nil
		}
	}
	return account{}, errors.New("it refuses to run as root, and there is no user postgres or nobody to run it as")
}

func (a account) other() bool { return a.uid != 0 }

func (a account) credential() *syscall.Credential {
	if !a.other() {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

func (a account) own(path string) error {
	if !a.other() {
		return nil
	}
	if err := os.Lchown(path, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("hand data to user %s: %w", a.name, err)
	}
	return nil
}

// claim makes sure that the account can work in the data directory: it gets everything in it, and must be let through to it.
func (a account) claim(dataDir string) error {
	if !a.other() {
		return nil
	}
	for parent := filepath.Dir(dataDir); ; parent = filepath.Dir(parent) {
		if !a.mayEnter(parent) {
			return fmt.Errorf("it refuses to run as root, and user %s, whom it runs as, may not enter %s: choose a data directory elsewhere", a.name, parent)
		}
		if parent == filepath.Dir(parent) {
			break
		}
	}
	return filepath.WalkDir(dataDir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("hand data to user %s: %w", a.name, err)
		}
		return a.own(path)
	})
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
