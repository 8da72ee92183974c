package lab

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// control is one end of the socket between a lab and its agent. A message is
// its length (4 bytes, big endian), then JSON; file descriptors travel with the
// length (unix(7), SCM_RIGHTS).
type control struct {
	conn *net.UnixConn
	send sync.Mutex
}

// A message is a request to the agent, its answer (same ID), or the news that
// a program ended (ID 0).
type message struct {
	ID uint64 `json:"id"`

	// Requests.
	Op      string     `json:"op,omitempty"`
	Host    trace.Host `json:"host,omitempty"`
	Network string     `json:"network,omitempty"`
	Address string     `json:"address,omitempty"`
	Command *Command   `json:"command,omitempty"`
	Program int        `json:"program,omitempty"` // which program, the agent's number for it
	Signal  int        `json:"signal,omitempty"`

	// Answers.
	Fail    *failure       `json:"fail,omitempty"`
	Sockets []trace.Socket `json:"sockets,omitempty"`
	Exit    *trace.Exit    `json:"exit,omitempty"`
	Traffic *traffic       `json:"traffic,omitempty"`

	// The first message of all: the interface at which each host's cable ends.
	Links map[trace.Host]int `json:"links,omitempty"`

	files []*os.File
}

// What a request can ask for.
const (
	opStart        = "start"         // Command on Host; three files: its standard streams
	opKill         = "kill"          // Program and everything it started
	opDial         = "dial"          // answers with the connection
	opListen       = "listen"        // answers with the listening socket
	opListenPacket = "listen-packet" // answers with the datagram socket
	opCancel       = "cancel"        // give up the dial with ID Program
	opSockets      = "sockets"       // of Host
	opTraffic      = "traffic"       // of Host
	opSignal       = "signal"        // send Signal to the program; at a Door only
)

// failure carries an error through the control socket so that errors.Is still
// finds its number on the other side.
type failure struct {
	Text  string        `json:"text"`
	Errno syscall.Errno `json:"errno,omitempty"`
}

func newFailure(err error) *failure {
	f := &failure{Text: err.Error()}
	errors.As(err, &f.Errno)
	return f
}

func (f *failure) Error() string { return f.Text }

func (f *failure) Unwrap() error {
	if f.Errno == 0 {
		return nil
	}
	return f.Errno
}

// maxMessage bounds what a damaged length can make us allocate.
const maxMessage = 64 << 20

func (c *control) write(m message) error { return c.writeThen(m, func() {}) }

// hand is write for files that are the other side's from now on: they are
// closed here before it can have read the whole message, so that what it
// closes is closed for good.
func (c *control) hand(m message) error {
	closeAll := func() {
		for _, f := range m.files {
			_ = CloseForGood(f)
		}
	}
	defer closeAll() // if it was not sent
	return c.writeThen(m, closeAll)
}

// writeThen is write that calls sent when the files are under way and the rest
// of the message is not. Without files there is nothing to tell apart, and the
// message goes at once, which wakes the other side only once.
func (c *control) writeThen(m message, sent func()) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode control message: %w", err)
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	c.send.Lock()
	defer c.send.Unlock()
	if len(m.files) == 0 {
		_, err := c.conn.Write(append(header, body...))
		return err
	}
	fds := make([]int, len(m.files))
	for i, f := range m.files {
		fds[i] = int(f.Fd())
	}
	if _, _, err := c.conn.WriteMsgUnix(header, unix.UnixRights(fds...), nil); err != nil {
		return err
	}
	sent()
	_, err = c.conn.Write(body)
	return err
}

func (c *control) read() (message, error) {
	var header [4]byte
	rights := make([]byte, unix.CmsgSpace(8*4))
	n, nr, _, _, err := c.conn.ReadMsgUnix(header[:], rights)
	if err != nil {
		return message{}, err
	}
	if n == 0 {
		return message{}, io.EOF
	}
	m := message{}
	if m.files, err = receivedFiles(rights[:nr]); err != nil {
		return message{}, err
	}
	if err := c.readBody(header[:], n, &m); err != nil {
		for _, f := range m.files {
			f.Close()
		}
		return message{}, err
	}
	return m, nil
}

// readBody reads what follows the first n bytes of the header.
func (c *control) readBody(header []byte, n int, m *message) error {
	if _, err := io.ReadFull(c.conn, header[n:]); err != nil {
		return err
	}
	size := binary.BigEndian.Uint32(header)
	if size > maxMessage {
		return fmt.Errorf("control message of %d bytes", size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(c.conn, body); err != nil {
		return err
	}
	if err := json.Unmarshal(body, m); err != nil {
		return fmt.Errorf("decode control message: %w", err)
	}
	return nil
}

func receivedFiles(rights []byte) ([]*os.File, error) {
	if len(rights) == 0 {
		return nil, nil
	}
	cmsgs, err := unix.ParseSocketControlMessage(rights)
	if err != nil {
		return nil, err
	}
	var files []*os.File
	for i := range cmsgs {
		fds, err := unix.ParseUnixRights(&cmsgs[i])
		if err != nil {
			return nil, err
		}
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "control"))
		}
	}
	return files, nil
}
