package cli

import (
	"fmt"
	"strings"
)

// hostsFix says how to get two hosts on a system that refuses them, with the
// commands to type. read returns what a file of the kernel's holds, or "".
func hostsFix(system, executable string, read func(path string) string) []string {
	switch system {
	case "darwin":
		return []string{
			"Two hosts need Linux. A virtual machine, with Lima (https://lima-vm.io):",
			"  brew install lima && limactl start && lima",
			"or a container, in the folder of your workspace:",
			"  docker run -it --rm --security-opt seccomp=unconfined --security-opt systempaths=unconfined \\",
			"    -v \"$PWD\":/work -w /work golang:1.26",
			"and in it: install learnnet as its README says.",
		}
	case "windows":
		return []string{
			"Two hosts need Linux, which WSL2 has. In PowerShell as administrator:",
			"  wsl --install",
			"and after a restart, in the Ubuntu window: install Go and learnnet as the README says.",
		}
	case "linux":
		return linuxFix(executable, read)
	}
	return []string{"Two hosts need Linux: use a virtual machine."}
}

// linuxFix looks for what takes unprivileged user namespaces away
// (user_namespaces(7)).
func linuxFix(executable string, read func(string) string) []string {
	var fix []string
	if read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" {
		if strings.Contains(executable, "go-build") {
			fix = append(fix, "(a program of \"go run\" has a new path each time: go install ./cmd/learnnet first, and run that)")
		}
		fix = append(fix, "Ubuntu since 23.10: a profile for AppArmor allows learnnet what it needs. Once, type:")
		fix = append(fix, profileCommand(executable)...)
	}
	if read("/proc/sys/kernel/unprivileged_userns_clone") == "0" {
		fix = append(fix, "Unprivileged user namespaces are switched off. Allow them, now and at every start:",
			"  echo kernel.unprivileged_userns_clone=1 | sudo tee /etc/sysctl.d/60-learnnet.conf",
			"  sudo sysctl --system")
	}
	if read("/proc/sys/user/max_user_namespaces") == "0" {
		fix = append(fix, "No user namespace may be made. Allow some, now and at every start:",
			"  echo user.max_user_namespaces=10000 | sudo tee /etc/sysctl.d/60-learnnet.conf",
			"  sudo sysctl --system")
	}
	if len(fix) > 0 {
		return fix
	}
	if inContainer(read) {
		return []string{
			"This is a container, whose own walls forbid namespaces. Start it with weaker ones:",
			"  docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined …",
			"(for podman the same), and on Ubuntu with --security-opt apparmor=unconfined besides.",
		}
	}
	return []string{
		"What the kernel should allow: unshare --user --net --pid --map-root-user true",
		"If that fails, a security policy (SELinux, seccomp, a hardened kernel) forbids it: ask who runs this machine.",
	}
}

func inContainer(read func(string) string) bool {
	return read("/run/systemd/container") != "" || strings.Contains(read("/proc/1/cgroup"), "docker") ||
		strings.Contains(read("/proc/1/environ"), "container=") || read("/run/.containerenv") != "" ||
		overlayRoot(read("/proc/self/mountinfo"))
}

// overlayRoot reports whether / is an overlay, as in Docker's containers
// (proc_pid_mountinfo(5)).
func overlayRoot(mountinfo string) bool {
	for line := range strings.Lines(mountinfo) {
		f := strings.Fields(line)
		if len(f) > 4 && f[4] == "/" {
			return strings.Contains(line, " - overlay ")
		}
	}
	return false
}

// profileCommand writes and loads the profile for AppArmor 4, which lifts the
// restriction on user namespaces for one executable and restricts nothing. It
// can be copied with the spaces in front, as a here-document could not.
func profileCommand(executable string) []string {
	return []string{
		`  printf '%s\n' 'abi <abi/4.0>,' 'include <tunables/global>' \`,
		fmt.Sprintf(`    'profile learnnet "%s" flags=(unconfined) {' \`, executable),
		`    '  userns,' '}' | sudo tee /etc/apparmor.d/learnnet`,
		`  sudo apparmor_parser -r /etc/apparmor.d/learnnet`,
	}
}
