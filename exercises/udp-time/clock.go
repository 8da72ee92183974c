package udptime

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"

	"github.com/learnnet/learnnet/internal/check"
)

// directives are the letters of the task's table.
const directives = "YymdjHMSIpAaBb"

// coarse is how far a program's clock may lag behind the checker's: some
// system calls read the time of the kernel's last tick, up to 10 ms ago.
const coarse = 50 * time.Millisecond

// expectTime asks for the time in a format and expects an answer that was right
// in zone at some moment between the question and the answer.
func expectTime(t *check.T, c *check.Conn, zone *time.Location, format string) {
	asked := time.Now()
	c.Send(format)
	expectTimeSince(t, c, zone, asked, format)
}

// expectTimeSince expects the answer to a question that was sent after asked.
func expectTimeSince(t *check.T, c *check.Conn, zone *time.Location, asked time.Time, format string) {
	got := c.ReadDatagram("its time as " + format)
	now := time.Now()
	for at := asked.Add(-coarse); !at.After(now); at = at.Truncate(time.Second).Add(time.Second) {
		if got == strftime.Format(format, at.In(zone)) {
			t.Prove()
			return
		}
	}
	t.Fail(check.SentSomethingElse{Role: "server", Want: []byte(strftime.Format(format, now.In(zone))), Got: []byte(got)})
}

// expectError sends what can't be answered and expects an error datagram.
func expectError(t *check.T, c *check.Conn, question string) {
	c.Send(question)
	got := c.ReadDatagram(`an error datagram, "error: " and what is wrong`)
	reason, ok := strings.CutPrefix(got, "error: ")
	t.Expect(ok && strings.TrimSpace(reason) != "",
		check.SentSomethingElse{Role: "server", Want: []byte("error: (what is wrong)"), Got: []byte(got)})
}

// Zones in which servers are started, so that a check finds the same everywhere
// and not only where the machine's own zone brings it to light. In far, five
// and a half hours from UTC all year, no hour and no minute is what UTC says.
const (
	home = "UTC"
	far  = "Asia/Kolkata"
)

// startIn starts the server in a zone and returns that zone. Where programs
// can't be told, it is another: on Windows the machine's own, since not every
// language looks at TZ there, and without the system's zone files UTC.
func startIn(t *check.T, name string) (*check.Process, *time.Location) {
	if runtime.GOOS == "windows" {
		return t.StartServer("server", "udp"), time.Local
	}
	zone, err := time.LoadLocation(name)
	// Go may know a zone that other languages look for in the system's files.
	if _, missing := os.Stat("/usr/share/zoneinfo/" + name); err != nil || missing != nil {
		name, zone = home, time.UTC
	}
	t.Setenv("TZ", name)
	return t.StartServer("server", "udp"), zone
}

// token returns a word that no other question in the check has.
func token(r *rand.Rand) string {
	const letters = "bcdfghjklmnpqrstvwxz"
	b := make([]byte, 6)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

// anyFormat returns a format of some directives, with text between them.
func anyFormat(r *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:", token(r))
	for range 3 + r.IntN(4) {
		fmt.Fprintf(&b, " %%%c", directives[r.IntN(len(directives))])
	}
	return b.String()
}
