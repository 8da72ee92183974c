//go:build linux && (amd64 || arm64)

package ptrace

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/learnnet/learnnet/internal/trace"
)

// memory is that of the process with this number. What can't be read, because
// the pointer is wrong or the process was killed, is not there.
type memory int

// read returns up to n bytes at an address.
func (m memory) read(at uint64, n int) []byte {
	if n <= 0 || at == 0 {
		return nil
	}
	buf := make([]byte, n)
	local := []unix.Iovec{{Base: &buf[0]}}
	local[0].SetLen(n)
	got, err := unix.ProcessVMReadv(int(m), local, []unix.RemoteIovec{{Base: uintptr(at), Len: n}}, 0)
	if err != nil || got <= 0 {
		return nil
	}
	return buf[:got]
}

func (m memory) uint32(at uint64) (uint32, bool) {
	b := m.read(at, 4)
	if len(b) < 4 {
		return 0, false
	}
	return binary.NativeEndian.Uint32(b), true
}

// data returns the beginning of n bytes of payload.
func (m memory) data(at, n uint64) []byte {
	return m.read(at, int(min(n, trace.CallData)))
}

// gather returns the beginning of what the buffers of an iovec hold
// (readv(2)), limit bytes at most, and how many bytes that are in all.
func (m memory) gather(at, count, limit uint64) (data []byte, total uint64) {
	const most = 1024 // UIO_MAXIOV
	b := m.read(at, int(min(count, most))*16)
	for ; len(b) >= 16 && total < limit; b = b[16:] {
		base, length := binary.NativeEndian.Uint64(b), binary.NativeEndian.Uint64(b[8:])
		length = min(length, limit-total)
		total += length
		data = append(data, m.read(base, int(min(length, uint64(trace.CallData-len(data)))))...)
	}
	return data, total
}

// header is what matters of struct msghdr (recvmsg(2)).
type header struct {
	name    uint64
	nameLen uint32
	iov     uint64
	iovLen  uint64
}

func (m memory) messageHeader(at uint64) (header, bool) {
	b := m.read(at, 32)
	if len(b) < 32 {
		return header{}, false
	}
	word := binary.NativeEndian
	return header{name: word.Uint64(b), nameLen: word.Uint32(b[8:]), iov: word.Uint64(b[16:]), iovLen: word.Uint64(b[24:])}, true
}

// address returns a struct sockaddr as people write it: "10.0.0.2:8898",
// "[fd00::2]:9090", "\"/tmp/x.sock\"".
func (m memory) address(at uint64, length uint32) string {
	const longest = 128 // struct sockaddr_storage
	b := m.read(at, int(min(length, longest)))
	if len(b) < 2 {
		return fmt.Sprintf("%#x", at)
	}
	family, rest := binary.NativeEndian.Uint16(b), b[2:]
	switch {
	case family == unix.AF_INET && len(rest) >= 6: // ip(7)
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(rest[2:6])), binary.BigEndian.Uint16(rest)).String()
	case family == unix.AF_INET6 && len(rest) >= 22: // ipv6(7)
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(rest[6:22])), binary.BigEndian.Uint16(rest)).String()
	case family == unix.AF_UNIX: // unix(7)
		path := string(rest)
		if strings.HasPrefix(path, "\x00") {
			return strconv.Quote("@" + strings.TrimRight(path[1:], "\x00"))
		}
		path, _, _ = strings.Cut(path, "\x00")
		return strconv.Quote(path)
	case family == unix.AF_UNSPEC:
		return "AF_UNSPEC"
	}
	return nameOf(families, uint64(family))
}

// shown is how many bytes of payload stand among a call's arguments.
const shown = 64

// quoted returns payload as a string literal, with three dots behind it if
// that is only the beginning of its total bytes.
func quoted(data []byte, total uint64) string {
	if uint64(len(data)) == total && len(data) <= shown {
		return strconv.Quote(string(data))
	}
	return strconv.Quote(string(data[:min(len(data), shown)])) + "..."
}
