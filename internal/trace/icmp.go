package trace

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"github.com/gopacket/gopacket/layers"
)

// icmpWord tells the ICMP messages that hosts on one wire can meet: RFC 792,
// RFC 1122 §3.2.2.1.
func icmpWord(c layers.ICMPv4TypeCode) string {
	switch c {
	case 0 << 8:
		return "echo reply"
	case 3 << 8:
		return "destination network unreachable"
	case 3<<8 | 1:
		return "destination host unreachable"
	case 3<<8 | 2:
		return "destination protocol unreachable"
	case 3<<8 | 3:
		return "destination port unreachable"
	case 3<<8 | 4:
		return "fragmentation needed"
	case 3<<8 | 13:
		return "communication prohibited"
	case 8 << 8:
		return "echo request"
	case 11 << 8:
		return "time to live exceeded"
	case 11<<8 | 1:
		return "reassembly time exceeded"
	case 12 << 8:
		return "parameter problem"
	}
	return fmt.Sprintf("type %d code %d", c.Type(), c.Code())
}

// icmp6Word does the same for IPv6: RFC 4443, RFC 4861, RFC 9777.
func icmp6Word(c layers.ICMPv6TypeCode) string {
	switch c {
	case 1 << 8:
		return "no route to destination"
	case 1<<8 | 1:
		return "communication prohibited"
	case 1<<8 | 3:
		return "destination address unreachable"
	case 1<<8 | 4:
		return "destination port unreachable"
	case 2 << 8:
		return "packet too big"
	case 3 << 8:
		return "hop limit exceeded"
	case 3<<8 | 1:
		return "reassembly time exceeded"
	case 4 << 8:
		return "parameter problem"
	case 128 << 8:
		return "echo request"
	case 129 << 8:
		return "echo reply"
	case 130 << 8:
		return "multicast listener query"
	case 131 << 8:
		return "multicast listener report"
	case 132 << 8:
		return "multicast listener done"
	case 133 << 8:
		return "router solicitation"
	case 134 << 8:
		return "router advertisement"
	case 135 << 8:
		return whoHas
	case 136 << 8:
		return isAt
	case 143 << 8:
		return "multicast listener report"
	}
	return fmt.Sprintf("type %d code %d", c.Type(), c.Code())
}

func (r *reading) icmp(data []byte) {
	var icmp layers.ICMPv4
	if !r.read(&icmp, data) {
		return
	}
	r.Message = icmpWord(icmp.TypeCode)
	switch icmp.TypeCode.Type() {
	case layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4TypeTimeExceeded, layers.ICMPv4TypeParameterProblem:
		var ip layers.IPv4
		var quoted Packet // a quotation cut short only leaves Target empty
		if quoted.read(&ip, icmp.Payload) {
			r.Target = quotedTarget(ip.DstIP, ip.Protocol, ip.Payload)
		}
	}
}

func (r *reading) icmp6(data []byte) {
	var icmp layers.ICMPv6
	if !r.read(&icmp, data) {
		return
	}
	r.Message = icmp6Word(icmp.TypeCode)
	switch typ := icmp.TypeCode.Type(); {
	case r.Message == whoHas || r.Message == isAt:
		r.neighbour(icmp.Payload)
	case typ < 128 && len(icmp.Payload) > 4: // an error; four bytes stand before the quotation
		var ip layers.IPv6
		var quoted Packet
		if quoted.read(&ip, icmp.Payload[4:]) {
			r.Target = quotedTarget(ip.DstIP, ip.NextHeader, ip.Payload)
		}
	}
}

// neighbour reads a neighbour solicitation or advertisement: four bytes, the
// target address, options (RFC 4861 §4.3, §4.4).
func (r *reading) neighbour(body []byte) {
	if len(body) < 20 {
		r.Damage = "header cut short"
		return
	}
	r.Target = addr(body[4:20])
	if r.Message == isAt && len(body) >= 28 && body[20] == byte(layers.ICMPv6OptTargetAddress) {
		r.MAC = net.HardwareAddr(body[22:28])
	}
}

// quotedTarget returns where a datagram was going, given what its IP header
// says and the beginning of what it carried.
func quotedTarget(ip net.IP, protocol layers.IPProtocol, carried []byte) netip.AddrPort {
	to := addr(ip)
	if len(carried) < 4 || protocol != layers.IPProtocolTCP && protocol != layers.IPProtocolUDP {
		return to
	}
	return netip.AddrPortFrom(to.Addr(), binary.BigEndian.Uint16(carried[2:]))
}
