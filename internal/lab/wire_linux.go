package lab

import (
	"container/heap"
	"encoding/binary"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// wire carries frames between the two hosts' cables.
type wire struct {
	timeline *trace.Timeline
	chatter  bool
	sock     *os.File
	raw      syscall.RawConn
	in       *ring
	ways     map[int]*way // by the interface that frames come out of
	frames   atomic.Uint64
	missed   atomic.Uint64
	held     atomic.Int64 // frames in the ways' late
	closing  atomic.Bool
	pumped   chan struct{} // closed when the pump has stopped

	plan   sync.Mutex // held while the plan decides
	decide Plan

	comes  atomic.Pointer[func(frame []byte)] // called when a frame has come; may be nil
	passed atomic.Pointer[func()]             // called when a frame has been handed over; may be nil
}

// way is one direction of the wire.
type way struct {
	wire *wire
	from trace.Host
	to   unix.SockaddrLinklayer

	carried atomic.Uint64 // frames that came and were dealt with: handed over, dropped, or held
	handed  atomic.Uint64 // unicast IP frames that the other host was given

	mu    sync.Mutex // held while a frame is recorded and handed over, so that both happen in one order
	ip    int        // IP frames so far
	late  lateFrames
	lates int         // frames that were ever among them
	alarm *time.Timer // fires when the first of late is due
}

// newWire carries what comes in at sock; links says at which interface each
// host's cable ends.
func newWire(sock *os.File, links map[trace.Host]int, cfg Config) (*wire, error) {
	raw, err := sock.SyscallConn()
	if err != nil {
		sock.Close()
		return nil, fmt.Errorf("open the wire: %w", err)
	}
	in, err := newRing(raw)
	if err != nil {
		sock.Close()
		return nil, err
	}
	w := &wire{timeline: cfg.Timeline, chatter: cfg.Chatter, sock: sock, raw: raw, in: in,
		ways: make(map[int]*way), pumped: make(chan struct{}), decide: cfg.Plan}
	for host, link := range links {
		d := &way{wire: w, from: host, to: unix.SockaddrLinklayer{Ifindex: links[host.Peer()]}}
		d.alarm = time.AfterFunc(time.Hour, d.deliverLate)
		d.alarm.Stop()
		w.ways[link] = d
	}
	go w.pump()
	return w, nil
}

func (w *wire) close() {
	w.stats() // the last time that the socket can be asked
	w.closing.Store(true)
	w.sock.Close()
	<-w.pumped
	for _, d := range w.ways {
		d.mu.Lock()
		d.alarm.Stop()
		for len(d.late) > 0 { // they were sent, and never arrive
			l := heap.Pop(&d.late).(*lateFrame)
			d.record(l.frame, trace.Dropped, l.arrived)
		}
		d.mu.Unlock()
	}
	w.in.close()
}

func (w *wire) setPlan(p Plan) {
	w.plan.Lock()
	w.decide = p
	w.plan.Unlock()
}

func (w *wire) fault(f WireFrame) Fault {
	w.plan.Lock()
	defer w.plan.Unlock()
	if w.decide == nil {
		return Fault{}
	}
	return w.decide(f)
}

func (w *wire) stats() WireStats {
	_ = w.raw.Control(func(fd uintptr) {
		// Reading the statistics resets them: packet(7).
		if st, err := unix.GetsockoptTpacketStats(int(fd), unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
			w.missed.Add(uint64(st.Drops))
		}
	})
	return WireStats{Frames: w.frames.Load(), Missed: w.missed.Load()}
}

// pump moves frames until the wire is closed.
func (w *wire) pump() {
	defer close(w.pumped)
	for {
		if err := w.in.wait(); err != nil {
			return
		}
		for w.in.ready() && !w.closing.Load() {
			frame, link, sent := w.in.frame()
			if d := w.ways[link]; d != nil {
				if w.chatter || !housekeeping(frame) {
					w.frames.Add(1)
					d.carry(frame, sent)
				}
				d.carried.Add(1)
			}
			w.in.release()
		}
	}
}

// carry decides about one frame that came out of a host and does it.
func (d *way) carry(frame []byte, sent time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if comes := d.wire.comes.Load(); comes != nil {
		(*comes)(frame)
	}
	f := WireFrame{From: d.from, Bytes: frame, Sent: sent}
	if isIP(frame) {
		d.ip++
		f.N = d.ip
	}
	fault := d.wire.fault(f)
	if fault.EndWait {
		d.endWait()
	}
	if fault.Drop {
		d.record(frame, trace.Dropped, time.Time{})
		return
	}
	fate := trace.Delivered
	if fault.Corrupt > 0 && fault.Corrupt < len(frame) {
		frame = append([]byte(nil), frame...)
		frame[fault.Corrupt] ^= 0xff
		fate = trace.Corrupted
	}
	copies := []trace.Fate{fate, trace.Duplicated}
	if !fault.Duplicate {
		copies = copies[:1]
	}
	for _, fate := range copies {
		if fault.Delay > 0 || fault.Swap || fault.Wait {
			d.hold(frame, fate, fault)
			continue
		}
		d.deliver(frame, fate, time.Time{})
	}
	if !fault.Swap {
		d.releaseSwapped()
	}
}

// deliver records the frame and hands it to the other host: in that order, so
// that what it causes there stands after it. A frame that was held has the time
// when it arrived.
func (d *way) deliver(frame []byte, fate trace.Fate, arrived time.Time) {
	d.record(frame, fate, arrived)
	// An error means that the cable is gone, with the lab or the host: like
	// every cable, the wire doesn't tell.
	_ = d.wire.raw.Write(func(fd uintptr) bool {
		err := unix.Sendto(int(fd), frame, 0, &d.to)
		if err == nil && isIP(frame) && !isMulticast(frame) {
			d.handed.Add(1)
		}
		return err != unix.EAGAIN
	})
	if passed := d.wire.passed.Load(); passed != nil {
		(*passed)()
	}
}

func (d *way) record(frame []byte, fate trace.Fate, arrived time.Time) {
	f := &trace.Frame{Bytes: frame, Length: len(frame), Fate: fate}
	if !arrived.IsZero() {
		f.Held = time.Since(arrived)
	}
	for _, l := range d.late { // those that it has overtaken stand nowhere yet
		if l.fate == trace.Delivered && (arrived.IsZero() || l.arrived.Before(arrived)) && trace.Resends(frame, l.frame) {
			f.Again = true
		}
	}
	d.wire.timeline.Add(trace.Event{Kind: trace.KindFrame, Host: d.from, Frame: f})
}

// A lateFrame waits on the wire.
type lateFrame struct {
	frame   []byte
	fate    trace.Fate
	arrived time.Time
	due     time.Time
	order   int
	swap    bool // goes as soon as another frame has passed
	waits   bool // for a frame that ends the wait, and only then begins to be late
	late    time.Duration
}

// swapLimit is how long a frame waits for one to change places with.
const swapLimit = 50 * time.Millisecond

func (d *way) hold(frame []byte, fate trace.Fate, fault Fault) {
	now := time.Now()
	l := &lateFrame{frame: append([]byte(nil), frame...), fate: fate, arrived: now,
		order: d.lates, swap: fault.Swap, waits: fault.Wait, late: fault.Delay}
	if fault.Swap {
		l.late += swapLimit
	}
	d.lates++
	l.due = now.Add(l.late)
	if l.waits {
		l.due = now.Add(longestDelay)
	}
	heap.Push(&d.late, l)
	d.wire.held.Add(1)
	d.setAlarm()
}

func (d *way) setAlarm() {
	if len(d.late) > 0 && !d.wire.closing.Load() {
		d.alarm.Reset(time.Until(d.late[0].due))
	}
}

// deliverLate delivers every held frame that is due.
func (d *way) deliverLate() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deliverDue(time.Now())
}

func (d *way) deliverDue(now time.Time) {
	for len(d.late) > 0 && !d.late[0].due.After(now) {
		l := heap.Pop(&d.late).(*lateFrame)
		d.deliver(l.frame, l.fate, l.arrived)
		d.wire.held.Add(-1)
		if !l.swap {
			d.releaseSwapped()
		}
	}
	d.setAlarm()
}

// endWait has the frames that wait be late as their faults say, from now on.
func (d *way) endWait() {
	now := time.Now()
	for _, l := range d.late {
		if l.waits {
			l.waits, l.due = false, now.Add(l.late)
		}
	}
	heap.Init(&d.late)
	d.deliverDue(now)
}

// releaseSwapped delivers the frames that waited for another to pass them.
func (d *way) releaseSwapped() {
	for i := 0; i < len(d.late); {
		l := d.late[i]
		if !l.swap || l.waits {
			i++
			continue
		}
		heap.Remove(&d.late, i)
		d.deliver(l.frame, l.fate, l.arrived)
		d.wire.held.Add(-1)
		i = 0
	}
}

// lateFrames is a heap: the first due is first, equals in order of arrival.
type lateFrames []*lateFrame

func (q lateFrames) Len() int { return len(q) }
func (q lateFrames) Less(i, j int) bool {
	if q[i].due.Equal(q[j].due) {
		return q[i].order < q[j].order
	}
	return q[i].due.Before(q[j].due)
}
func (q lateFrames) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *lateFrames) Push(x any)   { *q = append(*q, x.(*lateFrame)) }
func (q *lateFrames) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

const (
	etherHeader = 14
	ip6Header   = 40
)

func etherType(frame []byte) uint16 {
	if len(frame) < etherHeader {
		return 0
	}
	return binary.BigEndian.Uint16(frame[12:])
}

func isIP(frame []byte) bool {
	t := etherType(frame)
	return t == unix.ETH_P_IP || t == unix.ETH_P_IPV6
}

// isMulticast reports whether the frame is for more than one host; a broadcast is.
func isMulticast(frame []byte) bool { return frame[0]&1 != 0 }

// housekeeping reports whether the frame is the hosts' own business and no
// program's: IGMP (RFC 9776), multicast listener reports (RFC 9777), router
// solicitations (RFC 4861 §4.1).
func housekeeping(frame []byte) bool {
	switch etherType(frame) {
	case unix.ETH_P_IP:
		return len(frame) > etherHeader+9 && frame[etherHeader+9] == unix.IPPROTO_IGMP
	case unix.ETH_P_IPV6:
		if len(frame) < etherHeader+ip6Header+8 {
			return false
		}
		next, rest := frame[etherHeader+6], frame[etherHeader+ip6Header:]
		if next == unix.IPPROTO_HOPOPTS { // MLD carries a router alert, 8 bytes
			next, rest = rest[0], rest[8:]
		}
		if next != unix.IPPROTO_ICMPV6 || len(rest) == 0 {
			return false
		}
		switch rest[0] {
		case 130, 131, 132, 143, 133: // MLD query, report, done, v2 report; router solicitation
			return true
		}
	}
	return false
}
