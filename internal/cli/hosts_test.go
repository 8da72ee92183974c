package cli

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func fixFor(system string, files map[string]string) string {
	return strings.Join(hostsFix(system, "/home/ana/go/bin/learnnet", func(path string) string { return files[path] }), "\n")
}

func TestUbuntuGetsAProfileForAppArmor(t *testing.T) {
	fix := fixFor("linux", map[string]string{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1"})
	assert.Contains(t, fix, "Ubuntu since 23.10")
	assert.Contains(t, fix, "sudo apparmor_parser -r /etc/apparmor.d/learnnet")

	// What is printed is copied into a shell: let one read it.
	_, command, _ := strings.Cut(fix, "\n")
	command, _, _ = strings.Cut(command, "| sudo tee /etc/apparmor.d/learnnet")
	profile, err := exec.Command("sh", "-c", command).CombinedOutput()
	require.NoError(t, err, "%s", profile)
	assert.Equal(t, `abi <abi/4.0>,
include <tunables/global>
profile learnnet "/home/ana/go/bin/learnnet" flags=(unconfined) {
  userns,
}
`, string(profile))
}

func TestEachReasonHasItsCommands(t *testing.T) {
	for reason, want := range map[string]string{
		"/proc/sys/kernel/unprivileged_userns_clone": "kernel.unprivileged_userns_clone=1",
		"/proc/sys/user/max_user_namespaces":         "user.max_user_namespaces=10000",
	} {
		assert.Contains(t, fixFor("linux", map[string]string{reason: "0"}), want)
	}
	inDocker := "22 21 0:20 / / rw,relatime - overlay overlay rw,lowerdir=/l"
	onHost := "22 21 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n30 22 0:20 / /var/lib/docker/x rw - overlay overlay rw"
	assert.Contains(t, fixFor("linux", map[string]string{"/proc/self/mountinfo": inDocker}), "--security-opt seccomp=unconfined")
	assert.Contains(t, fixFor("linux", map[string]string{"/proc/self/mountinfo": onHost}), "unshare --user")
	assert.Contains(t, fixFor("windows", nil), "wsl --install")
	assert.Contains(t, fixFor("darwin", nil), "limactl start")
}
