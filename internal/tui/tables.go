package tui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/learnnet/learnnet/internal/trace"
)

// Tables are both hosts' socket tables at one moment of a run.
type tables map[trace.Host][]trace.Socket

// apply makes the change of an event, and reports whether the socket was among
// the table's before. One without an inode is known by its addresses.
func (t tables) apply(h trace.Host, s trace.Socket) (known bool) {
	rows := t[h]
	at := -1
	for i, r := range rows {
		if s.Inode != 0 && r.Inode == s.Inode {
			at = i
			break
		}
		if at < 0 && (s.Inode == 0 || r.Inode == 0) && sameEnds(r, s) {
			at = i
		}
	}
	switch {
	case at < 0 && !s.Gone:
		t[h] = append(rows, s)
	case at >= 0 && s.Gone:
		t[h] = append(rows[:at:at], rows[at+1:]...)
	case at >= 0:
		rows[at] = s
	}
	return at >= 0
}

func sameEnds(a, b trace.Socket) bool {
	return a.Network == b.Network && a.Local == b.Local && a.Remote == b.Remote && a.Path == b.Path
}

// socketCells are a socket's row of the table: network and state, its own
// address, the peer's, and what waits in its queues.
func socketCells(s trace.Socket) [4]string {
	c := [4]string{s.Network, s.Path, "", queues(s)}
	if s.State != "" {
		c[0] += " " + s.State
	}
	if s.Local.IsValid() {
		c[1] = s.Local.String()
	}
	if s.Remote.IsValid() && s.State != "LISTEN" {
		c[2] = s.Remote.String()
	}
	return c
}

// hasBacklog reports whether it is known how many connections may wait at s.
func hasBacklog(s trace.Socket) bool { return s.State == "LISTEN" && s.Network == "tcp" }

func queues(s trace.Socket) string {
	if hasBacklog(s) {
		return fmt.Sprintf("%d of %d to accept", s.RecvQ, s.SendQ)
	}
	var said []string
	if s.RecvQ > 0 {
		said = append(said, strconv.Itoa(int(s.RecvQ))+" unread")
	}
	if s.SendQ > 0 {
		said = append(said, strconv.Itoa(int(s.SendQ))+" unacked")
	}
	return strings.Join(said, ", ")
}

// change says what an event about a socket tells of its state.
func change(s trace.Socket, to string) string {
	return strings.TrimSpace(nameOf(s) + " " + news(s, to))
}

// nameOf names a socket by its own port or path.
func nameOf(s trace.Socket) string {
	name := s.Path
	if s.Local.IsValid() {
		name = ":" + strconv.Itoa(int(s.Local.Port()))
		if s.Local.Port() == 0 {
			name = s.Local.String()
		}
	}
	if s.Network != "tcp" {
		name = strings.TrimSpace(s.Network + " " + name)
	}
	return name
}

// news says what became of a socket.
func news(s trace.Socket, to string) string {
	state := s.State
	if state == "" {
		state = "open"
	}
	switch {
	case s.Gone && s.Was != "":
		return s.Was + " " + to + " gone"
	case s.Gone:
		return "gone"
	case s.Was != "" && s.Was != s.State:
		return s.Was + " " + to + " " + state
	}
	return state
}
