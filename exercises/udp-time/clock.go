package udptime

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"

	"github.com/learnnet/learnnet/internal/check"
)

// directives are the letters of the task's table.
const directives = "YymdjHMSfIpAaBb"

// coarse is how far a program's clock and the checker's may be apart, either
// way. Some system calls read the time of the kernel's last tick, up to 10 ms
// ago on Linux and 16 ms on Windows, where the checker's own clock is of that
// kind. Other programs know milliseconds only.
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
	received := time.Now()
	want, ok := told(got, format, asked.Add(-coarse).In(zone), received.Add(coarse).In(zone))
	t.Expect(ok, check.SentSomethingElse{Role: "server", Want: []byte(want), Got: []byte(got)})
}

// told reports whether an answer is the time in a format at some moment of an
// interval, in its zone. If it isn't, want is what it should have been: at the
// moment of the interval that its fraction of the second names, so that the
// two differ in what is wrong only, or else in the interval's middle.
func told(answer, format string, from, to time.Time) (want string, ok bool) {
	from = from.Truncate(time.Microsecond) // no answer is more exact
	want = strftime.Format(format, from.Add(to.Sub(from)/2))
	before, exact := beforeFraction(format)
	for second := from.Truncate(time.Second); !second.After(to); second = second.Add(time.Second) {
		at := second
		if exact {
			fraction, found := fractionAt(answer, len(strftime.Format(before, second)))
			at = second.Add(fraction)
			if !found || at.Before(from) || at.After(to) {
				continue
			}
			want = strftime.Format(format, at)
		}
		if answer == strftime.Format(format, at) {
			return answer, true
		}
	}
	return want, false
}

// beforeFraction returns what stands in a format before its first %f, and
// whether it has one. The last two characters of %%f are none.
func beforeFraction(format string) (string, bool) {
	for i := 0; i+1 < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		if format[i+1] == 'f' {
			return format[:i], true
		}
		i++ // the letter belongs to this directive
	}
	return "", false
}

// fractionAt reads the six digits of a fraction of a second that begin at an
// index of s, if they do.
func fractionAt(s string, index int) (time.Duration, bool) {
	end := index + len("042137")
	if end > len(s) {
		return 0, false
	}
	n, err := strconv.ParseUint(s[index:end], 10, 32)
	return time.Duration(n) * time.Microsecond, err == nil
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

// summerNow returns a zone that has summer time at a moment: north and south
// of the equator take turns.
func summerNow(now time.Time) string {
	const south, north = "Australia/Sydney", "America/New_York"
	if zone, err := time.LoadLocation(south); err == nil && now.In(zone).IsDST() {
		return south
	}
	return north
}

// zoneAt returns a zone in which the hour is the given one at a moment. The
// names count the other way round: Etc/GMT-3 is three hours ahead of UTC.
func zoneAt(hour int, now time.Time) string {
	ahead := hour - now.UTC().Hour()
	if ahead < -12 {
		ahead += 24
	} else if ahead > 12 {
		ahead -= 24
	}
	return fmt.Sprintf("Etc/GMT%+d", -ahead)
}

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
