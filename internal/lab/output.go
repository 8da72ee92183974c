package lab

import (
	"bytes"
	"context"
	"fmt"
	"sync"
)

// keepOutput is how much of the beginning and how much of the end of a stream
// is kept.
const keepOutput = 512 << 10

// Output is what a program has written to one stream: its beginning and its
// end, however much it writes.
type Output struct {
	mu      sync.Mutex
	head    []byte
	tail    []byte // a ring once it is full
	next    int    // where in tail the next byte goes
	total   int64
	changed chan struct{} // closed and replaced at each write
	done    chan struct{}
	ended   sync.Once
}

func newOutput() *Output {
	return &Output{changed: make(chan struct{}), done: make(chan struct{})}
}

func (o *Output) write(b []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.total += int64(len(b))
	if room := keepOutput - len(o.head); room > 0 {
		n := min(room, len(b))
		o.head = append(o.head, b[:n]...)
		b = b[n:]
	}
	for len(b) > 0 {
		if len(o.tail) < keepOutput {
			n := min(keepOutput-len(o.tail), len(b))
			o.tail = append(o.tail, b[:n]...)
			b = b[n:]
			continue
		}
		n := copy(o.tail[o.next:], b)
		o.next = (o.next + n) % keepOutput
		b = b[n:]
	}
	close(o.changed)
	o.changed = make(chan struct{})
}

func (o *Output) close() {
	o.ended.Do(func() { close(o.done) })
}

// Done is closed when no more output can come.
func (o *Output) Done() <-chan struct{} { return o.done }

// Total returns how many bytes the program has written.
func (o *Output) Total() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.total
}

// Bytes returns what was written so far. If that was more than is kept, a
// line in its middle says how many bytes were left out.
func (o *Output) Bytes() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes()
}

func (o *Output) bytes() []byte {
	out := bytes.Clone(o.head)
	if cut := o.total - int64(len(o.head)+len(o.tail)); cut > 0 {
		out = fmt.Appendf(out, "\n[%d bytes left out]\n", cut)
	}
	out = append(out, o.tail[o.next:]...)
	return append(out, o.tail[:o.next]...)
}

// String returns Bytes as a string.
func (o *Output) String() string { return string(o.Bytes()) }

// Until waits until what was written so far satisfies ok, and reports whether
// it did; false means that the output ended or that ctx was done before.
func (o *Output) Until(ctx context.Context, ok func(written []byte) bool) bool {
	for {
		o.mu.Lock()
		written, changed := o.bytes(), o.changed
		o.mu.Unlock()
		if ok(written) {
			return true
		}
		select {
		case <-changed:
		case <-o.done:
			return ok(o.Bytes())
		case <-ctx.Done():
			return false
		}
	}
}
