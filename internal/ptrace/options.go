//go:build linux && (amd64 || arm64)

package ptrace

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// option returns the value of a socket's option, if it can be read: a number,
// or what a struct says.
func (m memory) option(level, name, at, length uint64) []string {
	const longest = 16 // struct timeval
	b := m.read(at, int(min(length, longest)))
	word := binary.NativeEndian
	switch {
	case level == unix.SOL_SOCKET && name == unix.SO_LINGER && len(b) == 8: // socket(7)
		on := "off"
		if word.Uint32(b) != 0 {
			on = "on"
		}
		return []string{fmt.Sprintf("{%s, %d s}", on, int32(word.Uint32(b[4:])))}
	case level == unix.SOL_SOCKET && (name == unix.SO_RCVTIMEO || name == unix.SO_SNDTIMEO) && len(b) == 16:
		return []string{span(word.Uint64(b), word.Uint64(b[8:]), time.Microsecond)}
	case level == unix.IPPROTO_IP && name == unix.IP_ADD_MEMBERSHIP && len(b) >= 8: // ip(7), struct ip_mreq or ip_mreqn
		return []string{fmt.Sprintf("{%s, %s}", netip.AddrFrom4([4]byte(b)), netip.AddrFrom4([4]byte(b[4:])))}
	case len(b) == 4:
		return []string{strconv.Itoa(int(int32(word.Uint32(b))))}
	case len(b) == 1:
		return []string{strconv.Itoa(int(b[0]))}
	}
	return nil
}

// span returns a time given in seconds and a part of one in units, as people
// say it: "5 s", "100 ms".
func span(seconds, part uint64, unit time.Duration) string {
	d := time.Duration(seconds)*time.Second + time.Duration(part)*unit
	switch {
	case d%time.Second == 0:
		return fmt.Sprintf("%d s", d/time.Second)
	case d%time.Millisecond == 0:
		return fmt.Sprintf("%d ms", d/time.Millisecond)
	}
	return fmt.Sprintf("%d us", d/time.Microsecond)
}

// duration returns the time in a struct timeval or timespec; whoever waits
// without one waits for good.
func (m memory) duration(at uint64, unit time.Duration) string {
	b := m.read(at, 16)
	if len(b) < 16 {
		return "NULL"
	}
	return span(binary.NativeEndian.Uint64(b), binary.NativeEndian.Uint64(b[8:]), unit)
}

// milliseconds returns the time in a struct timespec as poll(2) has it.
func (m memory) milliseconds(at uint64) string {
	b := m.read(at, 16)
	if len(b) < 16 {
		return "-1"
	}
	const perSecond, perMillisecond = 1000, 1e6
	return strconv.FormatUint(binary.NativeEndian.Uint64(b)*perSecond+binary.NativeEndian.Uint64(b[8:])/perMillisecond, 10)
}

// polled returns the descriptors in an array of struct pollfd (poll(2)).
func (m memory) polled(at, count uint64) string {
	const size, most = 8, 1024
	var fds []string
	for b := m.read(at, int(min(count, most))*size); len(b) >= size; b = b[size:] {
		fds = append(fds, strconv.Itoa(int(int32(binary.NativeEndian.Uint32(b)))))
	}
	return "[" + strings.Join(fds, ", ") + "]"
}

// sets returns select(2)'s number of descriptors and its three sets of them.
func (m memory) sets(args [6]uint64) []string {
	const most = 1024 // FD_SETSIZE
	count := min(args[0], most)
	out := []string{strconv.FormatUint(args[0], 10)}
	for _, at := range args[1:4] {
		if at == 0 {
			out = append(out, "NULL")
			continue
		}
		b := m.read(at, int(count+7)/8)
		var fds []string
		for fd := range min(count, uint64(len(b))*8) {
			if b[fd/8]&(1<<(fd%8)) != 0 {
				fds = append(fds, strconv.FormatUint(fd, 10))
			}
		}
		out = append(out, "["+strings.Join(fds, ", ")+"]")
	}
	return out
}
