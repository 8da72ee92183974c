package lab

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// How a program is entered.
type entering int

const (
	direct       entering = iota // its streams are the caller's
	interactive                  // somebody types at a terminal
	inBackground                 // there is a terminal, for somebody else
)

func manner(in, out *os.File) entering {
	if !term.IsTerminal(int(in.Fd())) {
		return direct
	}
	// It fails where the terminal is not our session's, and then has no
	// foreground that we could be behind.
	group, err := unix.IoctlGetInt(int(in.Fd()), unix.TIOCGPGRP)
	switch {
	case err == nil && group != unix.Getpgrp():
		return inBackground
	case term.IsTerminal(int(out.Fd())):
		return interactive
	}
	return direct
}

// terminal is a pseudoterminal in front of the caller's real one, which passes
// every key on: the program can make its own the controlling one, which it
// can't with one that is another session's.
type terminal struct {
	in, out *os.File
	master  *os.File
	slave   *os.File
	files   []*os.File // the program's standard streams
	before  *term.State
	drained chan struct{} // closed when all that the program wrote has been copied
}

func openTerminal(e Entry) (*terminal, error) {
	t := &terminal{in: e.In, out: e.Out, drained: make(chan struct{})}
	var err error
	if t.master, err = os.OpenFile("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0); err != nil {
		return nil, fmt.Errorf("open a terminal: %w", err)
	}
	if err = t.openSlave(); err == nil {
		t.before, err = term.MakeRaw(int(e.In.Fd()))
	}
	if err != nil {
		t.close()
		return nil, fmt.Errorf("open a terminal: %w", err)
	}
	t.files = []*os.File{t.slave, t.slave, t.slave}
	if !term.IsTerminal(int(e.Err.Fd())) {
		t.files[2] = e.Err
	}
	return t, nil
}

// openSlave opens the program's end, with the size and the settings of the
// caller's terminal.
func (t *terminal) openSlave() error {
	raw, err := t.master.SyscallConn()
	if err != nil {
		return err
	}
	var slave uintptr
	controlErr := raw.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err != nil {
			return
		}
		// By number, since the name would need a /dev/pts of this terminal's.
		var errno unix.Errno
		slave, _, errno = unix.Syscall(unix.SYS_IOCTL, fd, unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
		if errno != 0 {
			err = errno
		}
	})
	if controlErr != nil {
		return controlErr
	}
	if err != nil {
		return err
	}
	t.slave = os.NewFile(slave, "terminal")
	if settings, err := unix.IoctlGetTermios(int(t.in.Fd()), unix.TCGETS); err == nil {
		_ = unix.IoctlSetTermios(int(slave), unix.TCSETS, settings) // the usual ones are right for most
	}
	t.resize()
	return nil
}

// resize gives the program's terminal the size of the caller's.
func (t *terminal) resize() {
	size, err := unix.IoctlGetWinsize(int(t.out.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return
	}
	raw, err := t.master.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _ = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, size) })
}

// connect passes on what is typed and what the program writes, now that the
// program has its end.
func (t *terminal) connect() {
	t.slave.Close()
	go func() {
		_, _ = io.Copy(t.out, t.master) // ends with EIO when nobody has the other end any more
		close(t.drained)
	}()
	go func() { _, _ = io.Copy(t.master, t.in) }()
}

// close gives the caller's terminal back. The program's hangs up.
func (t *terminal) close() {
	t.master.Close()
	if t.slave != nil {
		t.slave.Close()
	}
	if t.before != nil {
		_ = term.Restore(int(t.in.Fd()), t.before)
	}
}
