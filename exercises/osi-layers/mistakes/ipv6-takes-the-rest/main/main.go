// Takes Ethernet frames apart: hex on standard input, each layer's fields out.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	err := dissect(os.Stdin, out)
	if err := errors.Join(err, out.Flush()); err != nil {
		fmt.Fprintln(os.Stderr, "main:", err)
		os.Exit(1)
	}
}

// dissect reads a frame a line and writes what is in it. Lines may be long: a
// Scanner would give up at 64 KiB.
func dissect(in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	separators := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", ":", "")
	number := 0
	for {
		line, err := lines.ReadString('\n') // at the end of input, what there is
		if digits := separators.Replace(line); digits != "" {
			number++
			fmt.Fprintln(out, "frame", number)
			if err := show(out, digits); err != nil {
				fmt.Fprintln(out, "error:", err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func show(out io.Writer, digits string) error {
	frame, err := hex.DecodeString(digits)
	if err != nil {
		return errors.New("bad hex")
	}
	return ethernet(out, frame)
}

// need returns an error unless data has count bytes or more.
func need(data []byte, count int, layer string) error {
	if len(data) < count {
		return errors.New("truncated " + layer)
	}
	return nil
}

// Each layer writes its line and has the layer inside it write its own. Numbers
// of several bytes begin with the most significant one.

func ethernet(out io.Writer, data []byte) error {
	if err := need(data, 14, "ethernet"); err != nil {
		return err
	}
	kind := binary.BigEndian.Uint16(data[12:])
	fmt.Fprintf(out, "ethernet to=%v from=%v type=0x%04x\n",
		net.HardwareAddr(data[0:6]), net.HardwareAddr(data[6:12]), kind)
	switch kind {
	case 0x0800:
		return ipv4(out, data[14:])
	case 0x0806:
		return arp(out, data[14:])
	case 0x86dd:
		return ipv6(out, data[14:])
	}
	fmt.Fprintf(out, "unknown type=0x%04x\n", kind)
	payload(out, data[14:])
	return nil
}

func arp(out io.Writer, data []byte) error {
	if err := need(data, 28, "arp"); err != nil {
		return err
	}
	hardware, protocol := binary.BigEndian.Uint16(data[0:]), binary.BigEndian.Uint16(data[2:])
	if hardware != 1 || protocol != 0x0800 || data[4] != 6 || data[5] != 4 {
		return errors.New("bad arp")
	}
	fmt.Fprintf(out, "arp operation=%d sender-mac=%v sender-ip=%v target-mac=%v target-ip=%v\n",
		binary.BigEndian.Uint16(data[6:]), net.HardwareAddr(data[8:14]), address(data[14:18]),
		net.HardwareAddr(data[18:24]), address(data[24:28]))
	return nil
}

func ipv4(out io.Writer, data []byte) error {
	if err := need(data, 20, "ipv4"); err != nil {
		return err
	}
	header := int(data[0]&0x0f) * 4 // it counts words of four bytes
	total := int(binary.BigEndian.Uint16(data[2:]))
	if data[0]>>4 != 4 || header < 20 || total < header {
		return errors.New("bad ipv4")
	}
	if err := need(data, total, "ipv4"); err != nil {
		return err
	}
	flags := uint(data[6] >> 5)
	offset := int(binary.BigEndian.Uint16(data[6:])&0x1fff) * 8 // it counts units of eight bytes
	protocol := data[9]
	fmt.Fprintf(out, "ipv4 from=%v to=%v protocol=%d ttl=%d id=%d flags=%s offset=%d header=%d options=%s\n",
		address(data[12:16]), address(data[16:20]), protocol, data[8], binary.BigEndian.Uint16(data[4:]),
		names(flags, "MF", "DF"), offset, header, digits(data[20:header]))
	carried := data[header:total] // what is behind it only fills the frame
	if offset > 0 {               // the header of what it carries went with the first fragment
		fmt.Fprintln(out, "fragment")
		payload(out, carried)
		return nil
	}
	return transport(out, protocol, carried, flags&1 != 0)
}

func ipv6(out io.Writer, data []byte) error {
	if err := need(data, 40, "ipv6"); err != nil {
		return err
	}
	if data[0]>>4 != 6 {
		return errors.New("bad ipv6")
	}
	end := 40 + int(binary.BigEndian.Uint16(data[4:]))
	if err := need(data, end, "ipv6"); err != nil {
		return err
	}
	next := data[6]
	fmt.Fprintf(out, "ipv6 from=%s to=%s next=%d hops=%d\n",
		netip.AddrFrom16([16]byte(data[8:24])).StringExpanded(), netip.AddrFrom16([16]byte(data[24:40])).StringExpanded(),
		next, data[7])
	return transport(out, next, data[40:], false)
}

// transport takes apart what IP carries; more says that it goes on in another
// fragment.
func transport(out io.Writer, protocol byte, data []byte, more bool) error {
	switch protocol {
	case 6:
		return tcp(out, data)
	case 17:
		return udp(out, data, more)
	}
	fmt.Fprintf(out, "unknown protocol=%d\n", protocol)
	payload(out, data)
	return nil
}

func tcp(out io.Writer, data []byte) error {
	if err := need(data, 20, "tcp"); err != nil {
		return err
	}
	header := int(data[12]>>4) * 4
	if header < 20 {
		return errors.New("bad tcp")
	}
	if err := need(data, header, "tcp"); err != nil {
		return err
	}
	fmt.Fprintf(out, "tcp from=%d to=%d seq=%d ack=%d flags=%s window=%d header=%d options=%s\n",
		binary.BigEndian.Uint16(data[0:]), binary.BigEndian.Uint16(data[2:]),
		binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:]),
		names(uint(data[13]), "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"),
		binary.BigEndian.Uint16(data[14:]), header, digits(data[20:header]))
	payload(out, data[header:])
	return nil
}

func udp(out io.Writer, data []byte, more bool) error {
	if err := need(data, 8, "udp"); err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint16(data[4:]))
	if length < 8 {
		return errors.New("bad udp")
	}
	end := length
	if more { // the length counts the fragments to come, too
		end = min(end, len(data))
	}
	if err := need(data, end, "udp"); err != nil {
		return err
	}
	fmt.Fprintf(out, "udp from=%d to=%d length=%d\n",
		binary.BigEndian.Uint16(data[0:]), binary.BigEndian.Uint16(data[2:]), length)
	payload(out, data[8:end])
	return nil
}

func payload(out io.Writer, data []byte) {
	if len(data) > 0 {
		fmt.Fprintf(out, "payload bytes=%d hex=%x\n", len(data), data)
	}
}

// address returns four bytes as people write them.
func address(data []byte) netip.Addr { return netip.AddrFrom4([4]byte(data)) }

// digits returns bytes in hex, or "-" where there are none.
func digits(data []byte) string {
	if len(data) == 0 {
		return "-"
	}
	return hex.EncodeToString(data)
}

// names returns the names of the bits that are set, the lowest first, or "-".
func names(bits uint, all ...string) string {
	var set []string
	for i, name := range all {
		if bits>>i&1 == 1 {
			set = append(set, name)
		}
	}
	if len(set) == 0 {
		return "-"
	}
	return strings.Join(set, ",")
}
