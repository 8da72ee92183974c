package ipaddresses

import (
	"slices"

	"github.com/learnnet/learnnet/internal/check"
)

var steps = slices.Concat(stepsOfIPv4, stepsOfIPv6, stepsOfLines)

var stepsOfIPv4 = []check.Step{{
	Name: "binary", Title: "writes the 32 bits of an IPv4 address", Role: role, Points: 12,
	Rationale: "An IPv4 address is one number of 32 bits. The four decimal numbers are only how people write it, eight bits each (RFC 791 §2.3).",
	Hints: []string{
		"Which number is 100 in binary, and how many digits has it? How many do you need?",
		"Split the line at its dots, make a number of each part, and write each with eight binary digits, zeros in front.",
		"Go: fmt.Sprintf(\"%08b\", n). Python: f\"{n:08b}\". JavaScript: n.toString(2).padStart(8, \"0\"). Then join the four with dots.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Each answer begins with \"input: \" and the line; then comes \"binary: \" with four times eight digits, zeros in front included. Each line gets just one answer: what stands behind the last line end is no line.",
		check.KindNeverEnded:  "The input has ended, but the program goes on. At the end of input a read returns nothing (Go: io.EOF, or Scan returns false; Python: \"\" from readline, EOFError from input). End there, with status 0.",
		check.KindWrongExit:   "The program must end with status 0 when its input has ended. Its last lines above say why it didn't. Python's input() raises EOFError there: catch it, or loop with for line in sys.stdin.",
		check.KindExitedEarly: "The addresses come on standard input, a line each: the program gets no arguments. Its answers go to standard output.",
		check.KindTimedOut:    "The program doesn't read its standard input. The addresses come from there, a line each.",
	},
	Run: writesBinary,
}, {
	Name: "kind", Title: "tells what kind of IPv4 address it is", Role: role, Points: 12, After: []string{"binary"},
	Rationale: "Some addresses mean something special: this machine, this cable, everybody. Programs and firewalls decide by that.",
	Hints: []string{
		"What do all addresses of one row in the task's table have in common, and where does the next one begin?",
		"Compare numbers and not text: for 172.16.0.0/12 the first number is 172 and the second lies between 16 and 31.",
		"For each row keep its first address and its number of bits; an address is of that kind if (address ^ first) >> (32 - bits) is 0.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Look at both ends of that row of the table. 172.16.0.0/12 ends at 172.31.255.255, 127.0.0.0/8 has all that begins with 127, and only 255.255.255.255 is broadcast, only 0.0.0.0 wildcard.",
		check.KindWrongExit:   "The last lines above come from your program. It must have an answer to every address.",
	},
	Run: knowsKinds,
}, {
	Name: "network", Title: "finds the network that an address is in", Role: role, Points: 12, After: []string{"binary"},
	Rationale: "/26 says that the first 26 bits are the network's and the others the host's. Two hosts whose network bits are equal reach each other without a router.",
	Hints: []string{
		"What becomes of the bits behind the first 26, if you want the network's own address?",
		"Make one number of 32 bits of the address, set the last 32 - n bits to 0, and write the result as four numbers again.",
		"address = (a << 24) | (b << 16) | (c << 8) | d; network = (address >> free) << free with free = 32 - n; in JavaScript use BigInt or >>> 0, since its bit operations are signed.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "A prefix may end inside one of the four numbers, such as /26: work on all 32 bits and not on the text. Without a prefix there is no line \"network:\". And the kind is that of the address, not that of its network.",
		check.KindWrongExit:   "The last lines above come from your program. An address may have a prefix behind a slash.",
	},
	Run: findsTheNetwork,
}, {
	Name: "hosts", Title: "finds the broadcast address and counts the hosts", Role: role, Points: 12, After: []string{"network"},
	Rationale: "In a network the first address names the network and the last one reaches every host (RFC 919 §7). The others are for hosts.",
	Hints: []string{
		"How many addresses have the same first 26 bits? Which of them may no host have?",
		"The last address has all host bits set to 1. There are 2 to the power of 32 - n addresses, and two of them are not for hosts.",
		"free = 32 - n; broadcast = network | ((1 << free) - 1); hosts = (1 << free) - 2.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "All host bits are 1 in the broadcast address. The hosts are all addresses but the first and the last: 2 to the power of (32 - n), minus 2.",
	},
	Run: countsHosts,
}, {
	Name: "ends", Title: "knows /0, /31 and /32", Role: role, Points: 8, After: []string{"hosts"},
	Rationale: "A rule that holds from /1 to /30 would give a /31 no host and a /32 less than none. A link between two routers has just two ends, and both are usable (RFC 3021).",
	Hints: []string{
		"What does your formula give for /31, and what for /32?",
		"/31 has two hosts and /32 has one, and neither has a broadcast address. And /0 has more addresses than a signed number of 32 bits can hold.",
		"if n == 32: hosts 1, broadcast none; if n == 31: hosts 2, broadcast none; otherwise the formula, computed with 64 bits.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "/31: 2 hosts, broadcast none (RFC 3021). /32: 1 host, broadcast none. /0: 4294967294 hosts; shifting a number of 32 bits by 32 gives 0 in Go and changes nothing in JavaScript.",
		check.KindWrongExit:   "The last lines above come from your program. A prefix of 0 or of 32 is as legal as the others.",
	},
	Run: knowsTheEnds,
}, {
	Name: "refuses", Title: "refuses what is no IPv4 address, and goes on", Role: role, Points: 12, After: []string{"binary"},
	Rationale: "Programs that read 010.0.0.1 in different ways have let attackers past their filters. A parser that is exact, and says what is wrong, helps everybody.",
	Hints: []string{
		"What does your program say to 1.2.3, to 010.0.0.1, to 1.2.3.4/33?",
		"Check before you convert: four parts, each of one to three digits 0 to 9, no zero in front of others, at most 255. The prefix is such a number too. The functions that make numbers of text accept far more than that.",
		"Python: part.isascii() and part.isdigit(), since int() takes \"+1\", \"1_0\", \" 1\" and \"١\". Go: look at each byte, since Atoi takes \"+1\". JavaScript: /^(0|[1-9][0-9]{0,2})$/.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "A line that is no address gets an answer too: \"input: \" with the line, then \"error: \" and what is wrong, in one line, and no other field. Was it a number too large for your type? In 32 bits 4294967300 is 4: look at how many digits there are.",
		check.KindWrongExit:   "One bad line must not end the program: answer with an error, and read the next line. In Python catch the exception around one line, inside the loop.",
		check.KindExitedEarly: "One bad line must not end the program: answer with an error, and read the next line.",
	},
	Run: refusesIPv4,
}}

var stepsOfIPv6 = []check.Step{{
	Name: "ipv6", Title: "writes an IPv6 address in full", Role: role, Points: 10, After: []string{"binary"},
	Rationale: "An IPv6 address has 128 bits, written as eight groups of 16 bits. :: stands for as many groups of zeros as are missing (RFC 4291 §2.2).",
	Hints: []string{
		"How many groups stand in front of the :: and how many behind it? How many are missing?",
		"Split at :: first, then both sides at the colons. Put zeros between until there are eight. The last two groups may be written as an IPv4 address.",
		"left, right = text.split(\"::\"); groups = left + [\"0\"] * (8 - len(left) - len(right)) + right, each written with four digits: %04x.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Eight groups of four digits in lower case. :: may stand at the beginning, at the end, for one group or for all eight; ::ffff:1.2.3.4 ends in two groups, 0102 and 0304. IPv6 has no line \"binary:\".",
		check.KindWrongExit:   "The last lines above come from your program. A colon in the line tells IPv6 from IPv4.",
	},
	Run: writesInFull,
}, {
	Name: "ipv6-kind", Title: "knows the kinds of IPv6, and its networks", Role: role, Points: 6, After: []string{"ipv6", "kind", "network"},
	Rationale: "IPv6 has the same ideas with other numbers: ::1 for this machine, fe80::/10 for this link, fc00::/7 for this site. It has no broadcast.",
	Hints: []string{
		"Where does fe80::/10 end?",
		"Compare bits, as for IPv4, but 128 of them. An address in ::ffff:0:0/96 is mapped, whatever IPv4 address is inside.",
		"Python's int and JavaScript's BigInt hold 128 bits; in Go use two uint64, or clear the bits byte by byte in a [16]byte.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "fe80::/10 ends with febf:…, fc00::/7 has fc and fd. ::ffff:127.0.0.1 is mapped and nothing else. A network of IPv6 is written in full, and has neither a broadcast address nor a line \"hosts:\".",
		check.KindWrongExit:   "The last lines above come from your program. An IPv6 prefix has up to 128 bits.",
	},
	Run: knowsIPv6,
}, {
	Name: "ipv6-refuses", Title: "refuses what is no IPv6 address", Role: role, Points: 6, After: []string{"ipv6", "refuses"},
	Rationale: "Two :: in one address could mean many addresses; a zone such as %eth0 means something on one machine only.",
	Hints: []string{
		"What does your program say to 1::2::3, to fe80::1%eth0, to 1:2:3:4:5:6:7?",
		"Count: at most one ::, eight groups without it and at most seven with it, one to four hexadecimal digits in each.",
		"Check each group against ^[0-9a-fA-F]{1,4}$ before you convert it: int(\"+1\", 16) and int(\"0x1\", 16) succeed in Python. An empty group is none.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "The reason stands above. Libraries are more generous than this task: Python's ipaddress and Go's netip accept zones.",
		check.KindWrongExit:   "One bad line must not end the program: answer with an error, and read the next line.",
	},
	Run: refusesIPv6,
}}

var stepsOfLines = []check.Step{{
	Name: "last-line", Title: "answers the last line even without a line end", Role: role, Points: 3, After: []string{"binary"},
	Rationale: "A file's last line often lacks its line end, and printf and editors make such files.",
	Hints: []string{
		"What does your read return if the input ends in the middle of a line?",
		"It returns what there is. Look at the line before you look at the end of input.",
		"Go: ReadString returns the text and io.EOF together; bufio.Scanner takes care of it. Python: for line in sys.stdin gives the last line without \"\\n\".",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "The last line had no line end, and it counts. In Go, ReadString returns it together with io.EOF; don't cut off the last character of a line unless it is a line end. And where the input is empty there is no line and no answer.",
	},
	Run: readsTheLastLine,
}, {
	Name: "odd-lines", Title: "takes Windows line ends, empty lines and bytes that are not UTF-8", Role: role, Points: 3, After: []string{"refuses"},
	Rationale: "Input comes from files, other systems and people. What can't be read is answered with an error, and never ends the program.",
	Hints: []string{
		"What is left of \"10.0.0.1\\r\\n\" when you have cut off the \"\\n\"?",
		"Drop spaces, tabs and \\r at both ends of a line, and nothing else anywhere. And decode in a way that can't fail and loses nothing.",
		"Go: strings.Trim(line, \" \\t\\r\"), since TrimSpace drops more. Python: line.strip(\" \\t\\r\\n\"), since strip() drops more, and before the loop sys.stdin.reconfigure(errors=\"replace\"), since \"ignore\" drops bytes.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Each line gets one answer, also an empty one, \"q\", or one of 1,000 bytes. A line ends at \\n; Python's splitlines() sees more line ends, and a short buffer makes two of a long line. Spaces, tabs and \\r at both ends don't count, but nothing else may be dropped: strip() and TrimSpace drop form feeds too, errors=\"ignore\" drops bytes, and C's strings end at a zero byte.",
		check.KindWrongExit:   "The input has bytes that are not UTF-8. In Python read with sys.stdin.reconfigure(errors=\"replace\"), so that decoding can't fail.",
		check.KindExitedEarly: "The input has bytes that are not UTF-8, and the program ended there. In Python read with sys.stdin.reconfigure(errors=\"replace\").",
	},
	Run: readsOddLines,
}, {
	Name: "many", Title: "answers ten thousand lines", Role: role, Points: 4, After: []string{"ends", "ipv6-kind"},
	Rationale: "Logs have millions of addresses. A pipe holds some 64 kilobytes at a time, so that one read gets only a part of them.",
	Hints: []string{
		"Does your program read all its input, or what one call returns?",
		"Read line by line until the input ends, however long that takes.",
		"Go: for scanner.Scan() { … }. Python: for line in sys.stdin. Don't add to one long string for each line: print as you go.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Is the line above one that was cut in two, or none? One read returns what the pipe holds at that moment: read line by line until the input ends. If the line is whole, the answer to it is wrong: the check draws other addresses here than in the steps before.",
		check.KindNeverEnded:  "Ten thousand lines take a second or less if each is looked at once. Does the work per line grow with the number of lines before it?",
		check.KindTimedOut:    "Either the program stopped reading: does it call read once, or wait for something that never comes? Or it is slow: does the work per line grow with the number of lines before it?",
		check.KindExitedEarly: "The program ended before it had read all its input. Read line by line until the input ends.",
	},
	Run: readsMany,
}}
