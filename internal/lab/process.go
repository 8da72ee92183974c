package lab

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/learnnet/learnnet/internal/trace"
)

// A Command says what to run on a host.
type Command struct {
	Name string   // the role or name under which the timeline knows it: "server"
	Path string   // executable, absolute or looked up in PATH
	Args []string // without the program's name
	Dir  string   // working directory; empty is ours
	Env  []string // the whole environment; nil is ours

	// OpenFiles is how many files the program may have open at once; 0 leaves
	// what the lab allows. Linux only: no other system can be told from outside.
	OpenFiles uint64 `json:",omitempty"`
	// Terminal makes the terminal that Attach gives as standard input the
	// program's controlling one. Two hosts only.
	Terminal bool `json:",omitempty"`
	// Unfollowed keeps the program's socket calls out of the timeline: it makes
	// too many of them, or measures how long they take.
	Unfollowed bool `json:",omitempty"`
	// Stopped has the program stand still before its first instruction, until
	// it gets SIGCONT; the lab's own business.
	Stopped bool `json:",omitempty"`
}

// stdio is the child's end of the three standard streams.
type stdio [3]*os.File

// running is a program as a backend sees it.
type running interface {
	pid() int
	// wait blocks until the program itself, not its children, has ended.
	wait() trace.Exit
	// kill ends the program and everything it started, and returns when they
	// are gone.
	kill() error
	// members returns what is alive of the program and of all it started.
	members() []Member
}

// A Member is one process of a program's tree.
type Member struct {
	PID     int    // as this process sees it
	Command string // its command line, for people; of the first few members only
}

// namedMembers is how many members have their command line read, which waits
// while the process forks.
const namedMembers = 5

func toMembers(rows []processRow) []Member {
	var out []Member
	for i, row := range rows {
		m := Member{PID: row.pid}
		if i < namedMembers {
			m.Command = row.commandLine()
		}
		out = append(out, m)
	}
	return out
}

// A Process is a program on a host. Its output is always drained, so that it
// never blocks on a full pipe.
type Process struct {
	Name string
	host *Host
	run  running

	pipes  parentPipes
	stdout *Output
	stderr *Output

	followed context.Context // of telling about the program's calls
	unfollow context.CancelFunc

	done chan struct{} // closed when the program has ended and exit is set
	exit trace.Exit
	kill sync.Once
}

// Start starts a program on this host. The context is for starting it only.
func (h *Host) Start(ctx context.Context, c Command) (*Process, error) {
	pipes, child, err := openPipes()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	defer child.close()
	p, err := h.start(ctx, c, child, pipes)
	if err != nil {
		pipes.close()
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	return p, nil
}

// Attach is Start for a program whose standard streams are files of the
// caller's, who may close them when it returns. What passes through them the
// lab doesn't see: the Process has no output, and takes no input.
func (h *Host) Attach(ctx context.Context, c Command, stdin, stdout, stderr *os.File) (*Process, error) {
	p, err := h.start(ctx, c, stdio{stdin, stdout, stderr}, parentPipes{})
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	return p, nil
}

// start starts a program whose ends of its streams are child. Ours are pipes,
// which may be none and stay the caller's if start fails.
func (h *Host) start(ctx context.Context, c Command, child stdio, pipes parentPipes) (*Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if h.lab.isClosed() {
		return nil, ErrClosed
	}
	followed := h.lab.calls != nil && !c.Unfollowed
	c.Stopped = followed && canFollow
	run, err := h.lab.back.start(h.name, c, child)
	if err != nil {
		return nil, err
	}
	p := &Process{
		Name: c.Name, host: h, run: run,
		stdout: newOutput(),
		stderr: newOutput(),
		done:   make(chan struct{}),
	}
	p.followed, p.unfollow = context.WithCancel(context.Background())
	t := h.lab.timeline
	t.Add(trace.Event{Kind: trace.KindProcess, Host: h.name,
		Process: &trace.Process{Program: c.Name, PID: run.pid(), Args: c.Args}})
	if followed {
		if err := p.follow(h.lab.calls); err != nil {
			h.lab.mu.Lock()
			h.lab.callErr = err
			h.lab.mu.Unlock()
		}
	}
	p.connect(pipes)
	go func() {
		p.exit = run.wait()
		t.Add(trace.Event{Kind: trace.KindProcess, Host: h.name,
			Process: &trace.Process{Program: c.Name, PID: run.pid(), Exit: &p.exit}})
		close(p.done)
	}()

	h.lab.mu.Lock()
	closed := h.lab.closed
	h.lab.procs[p] = struct{}{}
	h.lab.mu.Unlock()
	if closed { // while we started it
		p.Kill()
		return nil, ErrClosed
	}
	return p, nil
}

// connect begins to read what the program writes, if that comes to us.
func (p *Process) connect(pipes parentPipes) {
	p.pipes = pipes
	if pipes == (parentPipes{}) {
		p.stdout.close()
		p.stderr.close()
		return
	}
	go p.drain(trace.Stdout, pipes.stdout, p.stdout)
	go p.drain(trace.Stderr, pipes.stderr, p.stderr)
}

func (s stdio) close() {
	for _, f := range s {
		f.Close()
	}
}

// parentPipes are our ends of a program's standard streams.
type parentPipes struct{ stdin, stdout, stderr *os.File }

func (p parentPipes) close() {
	p.stdin.Close()
	p.stdout.Close()
	p.stderr.Close()
}

func openPipes() (parentPipes, stdio, error) {
	var ours, theirs [3]*os.File
	for i := range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			for j := range i {
				ours[j].Close()
				theirs[j].Close()
			}
			return parentPipes{}, stdio{}, err
		}
		ours[i], theirs[i] = r, w
		if i == 0 {
			ours[i], theirs[i] = w, r
		}
	}
	return parentPipes{ours[0], ours[1], ours[2]}, theirs, nil
}

// recordLimit is how much output of one stream goes into the timeline.
const recordLimit = 256 << 10

// drain reads a stream to its end, which comes when the last process that
// holds it is gone, or when Kill gives up on that.
func (p *Process) drain(stream trace.Stream, r *os.File, out *Output) {
	defer r.Close()
	defer out.close()
	buf := make([]byte, 4096)
	recorded := 0
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if recorded < recordLimit {
				recorded += n
				p.host.lab.timeline.Add(trace.Event{Kind: trace.KindOutput, Host: p.host.name,
					Output: &trace.Output{Program: p.Name, Stream: stream, Data: append([]byte(nil), buf[:n]...)}})
			}
			out.write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

// OutputWaits reports whether the program has written something that has not
// been read yet.
func (p *Process) OutputWaits() bool {
	return slices.ContainsFunc([]*os.File{p.pipes.stdout, p.pipes.stderr}, func(f *os.File) bool { return f != nil && Readable(f) })
}

// PID returns the program's process number as this process sees it.
func (p *Process) PID() int { return p.run.pid() }

// Host returns the host the program runs on.
func (p *Process) Host() *Host { return p.host }

// Stdout returns what the program wrote to its standard output.
func (p *Process) Stdout() *Output { return p.stdout }

// Stderr returns what the program wrote to its standard error.
func (p *Process) Stderr() *Output { return p.stderr }

// Input writes to the program's standard input. It blocks while the pipe is
// full, and fails with an error that wraps syscall.EPIPE if nobody can read it.
func (p *Process) Input(data []byte) error {
	p.host.lab.timeline.Add(trace.Event{Kind: trace.KindInput, Host: p.host.name,
		Input: &trace.Input{Program: p.Name, Data: append([]byte(nil), data...)}})
	if _, err := p.pipes.stdin.Write(data); err != nil {
		return fmt.Errorf("write to the standard input of %s: %w", p.Name, err)
	}
	return nil
}

// CloseInput ends the program's standard input.
func (p *Process) CloseInput() error {
	p.host.lab.timeline.Add(trace.Event{Kind: trace.KindInput, Host: p.host.name,
		Input: &trace.Input{Program: p.Name, EOF: true}})
	return p.pipes.stdin.Close()
}

// Done is closed when the program itself has ended. What it started may live
// on, and its last output may still be on its way; see [Output.Done].
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the program to end and for its output to be complete. If
// something it started keeps its output open, the output is not waited for
// longer than a moment.
func (p *Process) Wait(ctx context.Context) (trace.Exit, error) {
	select {
	case <-p.done:
	case <-ctx.Done():
		return trace.Exit{}, ctx.Err()
	}
	// The pipe's end follows the exit at once, unless a child has the pipe.
	p.outputEnds(ctx)
	return p.exit, nil
}

// outputMoment is how long the output of an ended program may take to end.
const outputMoment = 500 * time.Millisecond

// outputEnds waits for the end of both streams, but for no more than a moment.
func (p *Process) outputEnds(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, outputMoment)
	defer cancel()
	for _, o := range []*Output{p.stdout, p.stderr} {
		select {
		case <-o.Done():
		case <-ctx.Done():
		}
	}
}

// Members returns what is alive of the program and of everything it started.
// Zombies don't count.
func (p *Process) Members() []Member { return p.run.members() }

// Kill ends the program and everything it started and returns when all of it
// is gone. It may be called at any time, and more than once.
//
// On the loopback a process can escape by becoming a daemon. Kill returns all
// the same; what such a process still prints is lost.
func (p *Process) Kill() {
	p.kill.Do(func() {
		p.unfollow() // what is held must go on, to end
		// An error means that the lab is gone, and the program with it, or that
		// something survives being killed, which nobody can help.
		_ = p.run.kill()
		<-p.done
		p.outputEnds(context.Background())
		p.stdout.close()
		p.stderr.close()
		p.closePipes()
		p.host.lab.mu.Lock()
		delete(p.host.lab.procs, p)
		p.host.lab.mu.Unlock()
	})
}

// closePipes closes our ends of the streams. On Windows a read or write under
// way can't be interrupted and Close waits for it: not so we.
func (p *Process) closePipes() {
	closed := make(chan struct{})
	go func() {
		p.pipes.close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(outputMoment):
	}
}
