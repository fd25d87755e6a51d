package embedded

import (
	"os"
	"strconv"
	"syscall"
)

// dieWithParent makes the kernel shut the child down in order when this process is killed.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }

// commandLine returns what the process was started with, nothing if there is none.
func commandLine(pid int) string {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	return string(text)
}
