package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// A Door lets other processes of the same user run programs on a lab's hosts.
// It is a socket in a folder of the user's own, named after our process; who
// comes in sends an opStart with their three standard streams, and then lives
// as long as the connection: when either end closes it, the program and
// everything it started is killed.
type Door struct {
	lab      *Lab
	listener *net.UnixListener
	path     string

	mu     sync.Mutex
	inside map[*net.UnixConn]struct{}
	closed bool
	busy   sync.WaitGroup
}

// OpenDoor opens the lab's door in the first of dirs that can be had: a folder
// that nobody else may enter.
func (l *Lab) OpenDoor(dirs ...string) (*Door, error) {
	if _, err := RunningLabs(dirs...); err != nil { // and forget those that met a bad end
		return nil, fmt.Errorf("open the lab's door: %w", err)
	}
	why := errors.New("there is no folder for it")
	for _, dir := range dirs {
		d := &Door{lab: l, inside: make(map[*net.UnixConn]struct{}), path: filepath.Join(dir, strconv.Itoa(os.Getpid()))}
		if d.listener, why = listenInside(dir, os.Getpid()); why == nil {
			d.busy.Go(d.serve)
			return d, nil
		}
	}
	return nil, fmt.Errorf("open the lab's door: %w", why)
}

func listenInside(dir string, pid int) (*net.UnixListener, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	folder, err := openPrivate(dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	at := socketIn(folder, pid)
	l, err := net.ListenUnix("unix", at)
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // it would look for the folder under a number that is gone
	if err := os.Chmod(at.Name, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// openPrivate opens a folder that is ours and nobody else's.
func openPrivate(dir string) (*os.File, error) {
	folder, err := os.OpenFile(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	info, err := folder.Stat()
	if err == nil && (info.Mode().Perm()&0o077 != 0 || info.Sys().(*syscall.Stat_t).Uid != uint32(os.Getuid())) {
		err = fmt.Errorf("%s is open to others: take it away, or forbid it to them with chmod 700", dir)
	}
	if err != nil {
		folder.Close()
		return nil, err
	}
	return folder, nil
}

// socketIn is where a process's socket is in an open folder: by a path that is
// short enough for an address (unix(7), 107 bytes) wherever the folder is.
func socketIn(folder *os.File, pid int) *net.UnixAddr {
	return &net.UnixAddr{Net: "unix", Name: fmt.Sprintf("/proc/self/fd/%d/%d", folder.Fd(), pid)}
}

// Close closes the door, kills what was started through it, and returns when
// that is gone.
func (d *Door) Close() {
	_ = os.Remove(d.path) // gone is what we want
	d.mu.Lock()
	d.closed = true
	d.listener.Close()
	for conn := range d.inside {
		conn.Close()
	}
	d.mu.Unlock()
	d.busy.Wait()
}

// acceptRest is how long the door rests when it could not let somebody in, for
// want of descriptors or memory.
const acceptRest = 50 * time.Millisecond

func (d *Door) serve() {
	for {
		conn, err := d.listener.AcceptUnix()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(acceptRest)
			continue
		}
		d.mu.Lock()
		if d.closed {
			conn.Close()
		} else {
			d.inside[conn] = struct{}{}
			d.busy.Go(func() { d.admit(conn) })
		}
		d.mu.Unlock()
	}
}

// admit serves one visitor, from the first word to the last.
func (d *Door) admit(conn *net.UnixConn) {
	defer func() {
		d.mu.Lock()
		delete(d.inside, conn)
		d.mu.Unlock()
		conn.Close()
	}()
	if !sameUser(conn) {
		return
	}
	c := &control{conn: conn}
	p, err := d.start(c)
	if p == nil {
		if err != nil {
			_ = c.write(message{Fail: newFailure(err)}) // unless they have gone
		}
		return
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			m, err := c.read()
			if err != nil {
				return
			}
			p.signal(m)
		}
	}()
	err = c.write(message{})
	if err == nil {
		select {
		case <-p.Done():
		case <-gone:
		}
	}
	// Its terminal hangs up only when nothing has it open any more.
	p.Kill()
	_ = c.write(message{Exit: &p.exit})
	conn.Close()
	<-gone
}

// start does what the visitor asks first; without a word nothing.
func (d *Door) start(c *control) (*Process, error) {
	m, err := c.read()
	if err != nil {
		return nil, nil
	}
	defer func() {
		for _, f := range m.files {
			f.Close()
		}
	}()
	if m.Op != opStart || m.Command == nil || len(m.files) != 3 || (m.Host != trace.Client && m.Host != trace.Server) {
		return nil, errors.New("the lab doesn't understand: it may be of another version of learnnet")
	}
	return d.lab.Host(m.Host).Attach(context.Background(), *m.Command, m.files[0], m.files[1], m.files[2])
}

// signal passes a signal on to the program's group, as a terminal would.
func (p *Process) signal(m message) {
	for _, f := range m.files {
		f.Close()
	}
	pid := p.PID() // below 1 if it ended before it had a number for us
	select {
	case <-p.done: // the number may be another's by now
	default:
		if m.Op == opSignal && pid > 0 {
			_ = syscall.Kill(-pid, syscall.Signal(m.Signal))
		}
	}
}

// sameUser reports whether the other end is a process of our user's.
func sameUser(conn *net.UnixConn) bool {
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	same := false
	err = raw.Control(func(fd uintptr) {
		peer, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		same = err == nil && peer.Uid == uint32(os.Getuid())
	})
	return err == nil && same
}

// RunningLabs returns the labs whose doors are in dirs, the newest first. It
// takes away what labs that were killed have left there.
func RunningLabs(dirs ...string) ([]Running, error) {
	var running []Running
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			continue // so there are none of ours
		}
		if err != nil {
			return nil, fmt.Errorf("look for running labs: %w", err)
		}
		for _, e := range entries {
			pid, err := strconv.Atoi(e.Name())
			info, gone := e.Info()
			if err != nil || gone != nil {
				continue
			}
			r := Running{PID: pid, Since: info.ModTime(), dir: dir}
			conn, err := r.dial()
			if err == nil {
				conn.Close()
				running = append(running, r)
			} else if errors.Is(err, unix.ECONNREFUSED) && (pid == os.Getpid() || unix.Kill(pid, 0) == unix.ESRCH) {
				_ = os.Remove(filepath.Join(dir, e.Name()))
			}
		}
	}
	slices.SortFunc(running, func(a, b Running) int { return b.Since.Compare(a.Since) })
	return running, nil
}

func (r Running) dial() (*net.UnixConn, error) {
	folder, err := openPrivate(r.dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return net.DialUnix("unix", nil, socketIn(folder, r.PID))
}
