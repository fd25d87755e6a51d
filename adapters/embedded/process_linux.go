package embedded

import (
	"os"
	"strconv"
	"syscall"
)

// diesWithParent makes the kernel shut the child down in order when this process is killed.
func diesWithParent(attr *syscall.SysProcAttr) *syscall.SysProcAttr {
	attr.Pdeathsig = syscall.SIGINT
	return attr
}

// commandLine returns what the process was started with, nothing if there is none.
func commandLine(pid int) string {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	return string(text)
}
