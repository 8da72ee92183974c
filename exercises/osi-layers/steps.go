package osilayers

import "github.com/learnnet/learnnet/internal/check"

// stopped is the hint where the program has ended before the last line.
const stopped = "Your program ended before it came to this line. What did it do at the line before? Whatever is in a frame, go on with the next one until standard input ends."

var steps = []check.Step{
	{
		Name: "ethernet", Title: "reads the Ethernet header", Role: role, Points: 10,
		Rationale: "The outermost layer gets a frame to the next machine. Its type says who reads on.",
		Hints: []string{
			"Which bytes of the frame are the type, and which of the two comes first?",
			"Bytes 0 to 5 are the receiver, 6 to 11 the sender, 12 and 13 the type. The most significant byte comes first on every wire.",
			"Go: binary.BigEndian.Uint16(frame[12:]) and net.HardwareAddr(frame[0:6]). Python: int.from_bytes(frame[12:14], \"big\") and frame[0:6].hex(\":\").",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Compare with the form in task.md, line by line. The type has four hex digits, most significant byte first; what the frame carries begins at byte 14, and where that is nothing there is no payload line. A type that is none of the three is unknown, be it a VLAN tag's.",
			check.KindExitedEarly: "It printed nothing at all on standard output for this line. Each line is a frame: read on until standard input ends.",
			check.KindWrongExit:   "The last lines above come from your program. These frames are whole; one of them has nothing behind its header.",
			check.KindNeverEnded:  "Standard input has ended. Stop reading when it says so: Go's readers return io.EOF, Python's for loop over sys.stdin ends.",
		},
		Run: shows(ethernetFrames),
	},
	{
		Name: "arp", Title: "reads ARP requests and replies", Role: role, Points: 5, After: []string{"ethernet"},
		Rationale: "Before the first packet to a neighbour, a host has to ask which hardware address belongs to the IP address. ARP rides in Ethernet directly, with no IP around it.",
		Hints: []string{
			"Which of the four addresses in an ARP message are hardware addresses?",
			"An ARP message for Ethernet and IPv4 has 28 bytes: the operation at 6, then the sender's MAC at 8 and IP at 14, the target's MAC at 18 and IP at 24.",
			"With body as what stands behind the Ethernet header: Go: netip.AddrFrom4([4]byte(body[14:18])). Python: \".\".join(map(str, body[14:18])).",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Offsets count from the beginning of the ARP message, which is byte 14 of the frame. What stands behind its 28 bytes is padding, and no payload. The operation is a number of two bytes.",
			check.KindExitedEarly: stopped,
		},
		Run: shows(arpFrames),
	},
	{
		Name: "hex", Title: "reads hex as people write it, and goes on after a bad line", Role: role, Points: 10, After: []string{"ethernet"},
		Rationale: "Every tool writes frames in its own way: with colons, with spaces, in capital letters. One bad line among a thousand should not cost the others.",
		Hints: []string{
			"What does your program make of an empty line? And what comes after a line that it can't read?",
			"Take out spaces, tabs, colons and the line end first. If nothing is left, the line doesn't count. If what is left is no hex, print \"error: bad hex\" and read the next line.",
			"Go: strings.NewReplacer and hex.DecodeString. Python: line.translate({ord(c): None for c in \" \\t\\r\\n:\"}) and bytes.fromhex, which raises ValueError. Node: test the digits with /^[0-9a-f]*$/i first, for Buffer.from stops at a bad one in silence.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Capital letters, colons and spaces are allowed, lines with nothing else in them don't count, and a bad line does. A line is bad if any character that is left is no hex digit. Don't leave that out, or stop there: Node's Buffer.from stops, and int in Python takes signs and 0x.",
			check.KindExitedEarly: "It printed nothing for this line. The last line may have no line end: don't lose it. And a bad line is no reason to stop.",
			check.KindWrongExit:   "A line that is no hex must not end your program. Print \"error: bad hex\" for it and go on; in the end the status is 0.",
		},
		Run: hexLines,
	},
	{
		Name: "ipv4", Title: "reads the IPv4 header and leaves padding out", Role: role, Points: 10, After: []string{"ethernet"},
		Rationale: "Ethernet fills short frames up to 60 bytes. Only IP knows how long its packet is: the total length says it.",
		Hints: []string{
			"Where does the IPv4 packet end, if the frame is longer?",
			"The total length, bytes 2 and 3 of the IPv4 header, counts header and payload. Cut the packet there.",
			"header is (data[0] & 0x0f) * 4, total the number in data[2:4]. What the packet carries is data[header:total], and nothing behind that.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Does the payload end where the total length says, and not where the frame ends? The header length is counted in words of four bytes, and the flags are the three highest bits of bytes 6 and 7. The highest of them has no name and doesn't count.",
			check.KindExitedEarly: stopped,
		},
		Run: shows(ipv4Frames),
	},
	{
		Name: "ipv4-options", Title: "finds what stands behind IPv4 options", Role: role, Points: 5, After: []string{"ipv4"},
		Rationale: "An IPv4 header has 20 bytes nearly always, and up to 60 sometimes. A reader that counts on 20 takes options for data on those days.",
		Hints: []string{
			"How long is an IPv4 header, and which field says so?",
			"The lower four bits of its first byte count words of four bytes: 5 without options, 15 at most.",
			"header = (data[0] & 0x0f) * 4; the options are data[20:header], and the payload begins at data[header].",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "This IPv4 header is longer than 20 bytes. What stands between byte 20 and its end are options; the payload begins behind them.",
			check.KindExitedEarly: stopped,
		},
		Run: shows(optionFrames),
	},
	{
		Name: "tcp", Title: "reads TCP with options, and its flags in order", Role: role, Points: 15, After: []string{"ipv4-options"},
		Rationale: "The layer of connections: ports find the programs, sequence numbers put bytes in order, flags open and close.",
		Hints: []string{
			"How long is a TCP header, and which field says so?",
			"The upper four bits of byte 12 count words of four bytes. Byte 13 holds the flags, FIN in the lowest bit, CWR in the highest.",
			"header = (data[12] >> 4) * 4. Go through FIN, SYN, RST, PSH, ACK, URG, ECE, CWR and print those whose bit (flags >> i) & 1 is set, with commas between them.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Does the payload begin behind the TCP options, where the header length (the data offset) says? Are the flags in the order of their bits, and are seq and ack numbers of 32 bits, most significant byte first? The lower half of byte 12 doesn't count, neither as a flag nor in the length.",
			check.KindExitedEarly: stopped,
		},
		Run: shows(tcpFrames),
	},
	{
		Name: "udp", Title: "reads UDP and believes its length", Role: role, Points: 10, After: []string{"ipv4-options"},
		Rationale: "UDP adds ports, a length and a checksum to IP, and nothing else: eight bytes.",
		Hints: []string{
			"Which fields does a UDP header have, and what does its length count?",
			"Source port, destination port, length, checksum: two bytes each. The length counts the eight bytes of the header too.",
			"The payload is data[8:length], where data is what IP carries.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "The payload begins behind the eight bytes of the UDP header and ends where the UDP length says, even if IP carries more.",
			check.KindExitedEarly: stopped,
		},
		Run: shows(udpFrames),
	},
	{
		Name: "ipv6", Title: "reads IPv6 and what it carries", Role: role, Points: 10, After: []string{"tcp", "udp"},
		Rationale: "A layer can be exchanged if the others leave its work to it: TCP and UDP are the same in IPv6.",
		Hints: []string{
			"Which fields of IPv4 are missing in IPv6? Which has another meaning?",
			"The header always has 40 bytes: payload length at 4, next header at 6, hop limit at 7, addresses at 8 and 24. The payload length doesn't count the header.",
			"Go: netip.AddrFrom16([16]byte(data[8:24])).StringExpanded(). Python: data[8:24].hex(\":\", 2). Then hand data[40:40+length] to the same functions as IPv4 does.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Addresses are written in full: eight groups of four digits, nothing left out. The packet ends 40 bytes and the payload length behind its beginning, wherever the frame ends, and a payload length of 0 is no payload. A next header that is neither 6 nor 17 is unknown, an extension header's too.",
			check.KindExitedEarly: stopped,
		},
		Run: shows(ipv6Frames),
	},
	{
		Name: "fragments", Title: "finds no header in a later fragment", Role: role, Points: 5, After: []string{"tcp", "udp"},
		Rationale: "A router may cut an IPv4 packet in pieces. Only the first has the TCP or UDP header; in the others, the same place holds data.",
		Hints: []string{
			"What stands at the beginning of the second piece of a packet?",
			"If the offset isn't 0, print \"fragment\" and take the rest for payload, whatever the protocol is. The field counts units of eight bytes.",
			"offset = (bytes 6 and 7 & 0x1fff) * 8. In the first fragment of a UDP datagram (offset 0, flag MF), the length counts the pieces to come, so that it may go beyond this one.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Print the offset in bytes, eight times what the field says. If it isn't 0, no TCP or UDP header follows. If it is 0 and MF is set, a UDP length may go beyond the fragment, but need not. The offset has 13 bits.",
			check.KindExitedEarly: stopped,
		},
		Run: shows(fragments),
	},
	{
		Name: "truncated", Title: "refuses truncated frames at every layer", Role: role, Points: 10, After: []string{"ipv6", "arp"},
		Rationale: "What comes from a network can end anywhere, by accident or on purpose. Reading on behind the end has been the worst bug of many programs.",
		Hints: []string{
			"What does your language do if you ask for bytes that aren't there?",
			"Before you read a header, compare what is there with what it takes. Then compare with what its length fields claim.",
			"A function need(data, count, layer) that returns an error (Go) or raises an exception (Python) \"truncated LAYER\" does all of it. Catch it where the frame's lines are printed.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Print the layers that are whole, then the error for the one that isn't, and nothing more of that frame. Mind the limits: TCP and UDP have to fit into what IP carries, not into the frame.",
			check.KindExitedEarly: "Your program ended at a truncated frame before this one. A refused frame is a result like any other: go on with the next.",
			check.KindWrongExit:   "Your program read behind the end of the data and crashed. Compare lengths before you read. A refused frame is a result like any other: go on with the next, and end with status 0.",
		},
		Run: shows(cutFrames),
	},
	{
		Name: "lies", Title: "refuses headers that contradict themselves", Role: role, Points: 5, After: []string{"truncated", "fragments"},
		Rationale: "A length field is a claim by a stranger. A header length of 0 would have the header begin where it ends.",
		Hints: []string{
			"What is the smallest number that each length field can truly have?",
			"IPv4 and TCP: a header length of 5 words. UDP: a length of 8. IPv4: a total length that isn't below its header length. And the version has to be 4 or 6, as the type said. ARP has four fields that can be wrong.",
			"Check these behind the test for the fixed part of the header, and before you compare lengths with what is there: \"error: bad ipv4\".",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Here a field can't be true: a header shorter than its own fixed part, a length that doesn't even cover the header, another version than the type says, ARP for other addresses. That is \"bad\". The order decides: first whether the fixed part is there, then \"bad\", then what the lengths claim. All that goes for a first fragment, too.",
			check.KindWrongExit:   "A length below the smallest possible one sent your program astray, or a header that isn't all there. Compare before you use it.",
			check.KindExitedEarly: "Your program ended at a bad frame before this one. A refused frame is a result like any other: go on with the next.",
		},
		Run: shows(lies),
	},
	{
		Name: "long", Title: "reads frames as long as the loopback has them", Role: role, Points: 5, After: []string{"udp"},
		Rationale: "A link like the loopback carries packets of 65,535 bytes. In hex such a line has more than 130,000 digits.",
		Hints: []string{
			"How long can a line be that your program reads?",
			"Look at the manual of what you read lines with. Some stop at a fixed length, and tell so only if asked.",
			"Go: a bufio.Scanner stops at 65,536 bytes unless you give it more with Buffer; bufio.Reader.ReadString has no limit. Python's lines have none.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "A line with more than 100,000 digits got lost or cut. Go's bufio.Scanner stops at 65,536 bytes: give it a larger buffer, or use bufio.Reader.ReadString.",
			check.KindTimedOut:    "Your program stopped reading in the middle of a long line. Go's bufio.Scanner does so at 65,536 bytes: give it a larger buffer, or use bufio.Reader.ReadString.",
			check.KindExitedEarly: "A line with more than 100,000 digits ended your program. Go's bufio.Scanner stops at 65,536 bytes: give it a larger buffer, or use bufio.Reader.ReadString.",
			check.KindWrongExit:   "A line with more than 100,000 digits ended your program. Go's bufio.Scanner stops at 65,536 bytes: give it a larger buffer, or use bufio.Reader.ReadString.",
		},
		Run: shows(longFrames),
	},
}
