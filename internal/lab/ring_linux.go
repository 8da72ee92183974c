package lab

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The ring that the wire receives into: ringFrames slots, each of which holds a
// header and the largest frame there is. It rides out 200 ms of not being
// scheduled at 20,000 frames a second; a socket buffer, of which an ordinary
// user gets 200 KiB, would lose frames long before.
const (
	ringSlot   = 2048
	ringBlock  = 1 << 16
	ringFrames = 4096
	ringBytes  = ringSlot * ringFrames
)

// openWire returns a packet socket that receives the frames of every interface
// in the calling thread's network namespace into a ring (packet(7),
// PACKET_RX_RING). One socket for both hosts keeps their frames in the order in
// which they came.
func openWire() (*os.File, error) {
	// Protocol 0 receives nothing until bind says otherwise.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	f := os.NewFile(uintptr(fd), "wire")
	setup := []struct {
		what string
		do   func() error
	}{
		{"choose the ring's version", func() error {
			return unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V2)
		}},
		{"leave out what we send ourselves", func() error {
			return unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)
		}},
		{"send without a queue", func() error {
			return unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1)
		}},
		{"make the ring", func() error {
			return unix.SetsockoptTpacketReq(fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &unix.TpacketReq{
				Block_size: ringBlock, Block_nr: ringBytes / ringBlock,
				Frame_size: ringSlot, Frame_nr: ringFrames,
			})
		}},
		{"bind", func() error {
			return unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: bigEndian16(unix.ETH_P_ALL)})
		}},
	}
	for _, s := range setup {
		if err := s.do(); err != nil {
			f.Close()
			return nil, fmt.Errorf("packet socket: %s: %w", s.what, err)
		}
	}
	return f, nil
}

func bigEndian16(v uint16) uint16 { return v<<8 | v>>8 }

// ring reads frames from a packet socket without a system call a frame.
type ring struct {
	raw  syscall.RawConn
	mem  []byte
	next int
}

func newRing(raw syscall.RawConn) (*ring, error) {
	var err error
	r := &ring{raw: raw}
	if cerr := raw.Control(func(fd uintptr) {
		var at unsafe.Pointer
		if at, err = unix.MmapPtr(int(fd), 0, nil, ringBytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err == nil {
			r.mem = unsafe.Slice((*byte)(at), ringBytes)
		}
	}); cerr != nil {
		return nil, cerr
	}
	if err != nil {
		return nil, fmt.Errorf("map the wire's ring: %w", err)
	}
	return r, nil
}

// wait blocks until a frame is ready; it fails when the socket is closed.
func (r *ring) wait() error {
	return r.raw.Read(func(uintptr) bool { return r.ready() })
}

func (r *ring) close() {
	// Not Munmap, which has one lock for all: the kernel takes some 20 ms to make
	// sure that nobody writes to the ring any more, for each lab that is closed.
	_ = unix.MunmapPtr(unsafe.Pointer(unsafe.SliceData(r.mem)), ringBytes)
}

// slot returns the header of the next slot to be filled.
func (r *ring) slot() *unix.Tpacket2Hdr {
	return (*unix.Tpacket2Hdr)(unsafe.Pointer(&r.mem[r.next*ringSlot]))
}

func (r *ring) status() *uint32 { return &r.slot().Status }

// ready reports whether a frame waits.
func (r *ring) ready() bool {
	return atomic.LoadUint32(r.status())&unix.TP_STATUS_USER != 0
}

// frame returns the frame that waits, the number of the interface it came out
// of, and when it did. The frame is valid until release.
func (r *ring) frame() (frame []byte, link int, came time.Time) {
	h := r.slot()
	// The address stands behind the header: packet_mmap, "Frame structure".
	const addressAt = (unix.SizeofTpacket2Hdr + unix.TPACKET_ALIGNMENT - 1) &^ (unix.TPACKET_ALIGNMENT - 1)
	from := (*unix.RawSockaddrLinklayer)(unsafe.Pointer(&r.mem[r.next*ringSlot+addressAt]))
	start := r.next*ringSlot + int(h.Mac)
	return r.mem[start : start+int(h.Snaplen)], int(from.Ifindex), time.Unix(int64(h.Sec), int64(h.Nsec))
}

// release gives the slot back to the kernel and moves on.
func (r *ring) release() {
	atomic.StoreUint32(r.status(), unix.TP_STATUS_KERNEL)
	r.next = (r.next + 1) % ringFrames
}
