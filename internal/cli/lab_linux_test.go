package cli

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A keyboard is a learnnet that somebody types to, at a terminal of its own.
type keyboard struct {
	*running
	master, slave *os.File
	ended         chan struct{}
}

// types starts learnnet at a terminal.
func (l learner) types(args ...string) keyboard {
	l.t.Helper()
	master, err := os.OpenFile("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	require.NoError(l.t, err)
	l.t.Cleanup(func() { master.Close() })
	raw, err := master.SyscallConn()
	require.NoError(l.t, err)
	var number int
	require.NoError(l.t, raw.Control(func(fd uintptr) {
		require.NoError(l.t, unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0))
		number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		require.NoError(l.t, err)
	}))
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), unix.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(l.t, err)
	l.t.Cleanup(func() { slave.Close() })

	k := keyboard{&running{Cmd: l.command(args...), t: l.t, grown: make(chan struct{}, 1)}, master, slave, make(chan struct{})}
	k.resize(77, 33)
	k.Env = append(k.Env, "SHELL=/bin/sh", "ENV=", "TERM=dumb")
	k.Stdin, k.Stdout, k.Stderr = slave, slave, slave
	k.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	require.NoError(l.t, k.Start())
	go func() { _, _ = io.Copy(k, master) }()
	go func() { _ = k.Wait(); close(k.ended) }()
	l.t.Cleanup(func() { _ = k.Process.Kill(); <-k.ended })
	return k
}

func (k keyboard) press(keys string) {
	k.t.Helper()
	_, err := io.WriteString(k.master, keys)
	require.NoError(k.t, err)
}

func (k keyboard) resize(columns, rows uint16) {
	k.t.Helper()
	require.NoError(k.t, unix.IoctlSetWinsize(int(k.slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: rows}))
}

// ends waits for the end, and wants the terminal to be as it was.
func (k keyboard) ends(status int) {
	k.t.Helper()
	<-k.ended
	assert.Equal(k.t, status, k.ProcessState.ExitCode(), "%s", k)
	settings, err := unix.IoctlGetTermios(int(k.slave.Fd()), unix.TCGETS)
	require.NoError(k.t, err)
	assert.NotZero(k.t, settings.Lflag&unix.ICANON, "the terminal is left raw")
}

// startLab starts a lab that can be entered.
func (l learner) startLab() *running {
	l.t.Helper()
	if !haveTwoHosts() {
		l.t.Skip("this machine has no two hosts")
	}
	r := l.start("lab")
	r.until("Ctrl-C here takes them down.", 1)
	return r
}

// nothingLeft wants no process of ours, and no socket.
func (l learner) nothingLeft() {
	l.t.Helper()
	assert.Empty(l.t, processesNaming(l.t, l.exe), "a process of ours still runs")
	left, err := filepath.Glob(filepath.Join(l.home, "run", "learnnet", "*"))
	require.NoError(l.t, err)
	assert.Empty(l.t, left)
}

const prompt = "server$ "

func TestAShellOnAHostHasATerminalOfItsOwn(t *testing.T) {
	l := newLearner(t)
	lab := l.startLab()
	k := l.types("lab", "enter", "server")
	k.until(prompt, 1)

	k.press("stty size; echo $LEARNNET_HOST$((6*7))\n")
	k.until("33 77", 1)
	k.until("server42", 1)
	k.resize(60, 20)
	for n := 3; !strings.Contains(k.String(), "20 60"); n++ { // the shell's terminal follows a moment later
		k.press("stty size\n")
		k.until(prompt, n)
	}

	// Ctrl-C is for the command in the foreground, Ctrl-Z for the shell.
	k.press("sh -c 'echo run$((1))ning; exec sleep 7655'\n")
	k.until("run1ning", 1)
	k.press("\x03")
	k.press("echo status=$?\n")
	k.until("status=130", 1)
	k.press("sh -c 'echo run$((2))ning; exec sleep 7655'\n")
	k.until("run2ning", 1)
	k.press("\x1a")
	k.until("Stopped", 1)

	// What is left ends with the shell, and the lab goes on.
	k.press("exit 3\nexit 3\n") // the first time it warns of stopped jobs
	k.ends(3)
	assert.Empty(t, processesNaming(t, "sleep\x007655"))
	lab.interrupt()
	assert.Contains(t, lab.String(), "sh ends, status")
	l.nothingLeft()
}

func TestTheShellEndsWithTheLab(t *testing.T) {
	for name, end := range map[string]func(lab *running){
		"Ctrl-C":  func(lab *running) { lab.interrupt() },
		"SIGKILL": func(lab *running) { _ = lab.Process.Kill(); _ = lab.Wait() },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLearner(t)
			lab := l.startLab()
			k := l.types("lab", "enter", "server")
			k.until(prompt, 1)
			k.press("sleep 7656\n")
			end(lab)
			k.ends(2)
			k.until("the lab has ended, and with it what ran on its hosts", 1)

			out, err := l.command("lab", "enter", "server").CombinedOutput()
			exit, ok := err.(*exec.ExitError)
			require.True(t, ok, "%v", err)
			assert.Equal(t, exitBroken, exit.ExitCode())
			assert.Contains(t, string(out), "no lab of yours is running")
			// The kernel ends what is left of a killed lab.
			assert.Eventually(t, func() bool { return len(processesNaming(t, "sleep\x007656")) == 0 }, processCap, pollEvery)
			l.nothingLeft()
		})
	}
}

func TestCtrlCIsForTheProgramOnTheHost(t *testing.T) {
	l := newLearner(t)
	l.startLab()
	k := l.start("lab", "enter", "client", "--", "sh", "-c", `trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.01; done`)
	k.until("ready", 1)
	require.NoError(t, k.Process.Signal(os.Interrupt))
	_ = k.Wait()
	assert.Equal(t, 5, k.ProcessState.ExitCode(), "%s", k)
	assert.Contains(t, k.String(), "caught")
}

func TestAProgramOnAHostEndsWithWhoEntered(t *testing.T) {
	l := newLearner(t)
	lab := l.startLab()
	k := l.start("lab", "enter", "client", "--", "sh", "-c", "echo ready; exec sleep 7657")
	k.until("ready", 1)
	require.NoError(t, k.Process.Kill())
	assert.Eventually(t, func() bool { return len(processesNaming(t, "sleep\x007657")) == 0 }, processCap, pollEvery)
	lab.interrupt()
}

func TestALabShowsAServerThatOnlyListens(t *testing.T) {
	needPython(t)
	l := newLearner(t)
	lab := l.startLab()
	l.start("lab", "enter", "server", "--", "python3", "-c", "import socket, time; s = socket.create_server(('', 9090)); time.sleep(1000)")
	lab.until("LISTEN", 1)
	lab.interrupt()
}
