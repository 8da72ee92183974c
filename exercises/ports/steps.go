package ports

import "github.com/learnnet/learnnet/internal/check"

var steps = []check.Step{
	{
		Name: "open", Title: "finds an open port", Role: role, Points: 15,
		Rationale: "A port is open if a program listens on it: then the kernel answers SYN with SYN ACK, and connect succeeds.",
		Hints: []string{
			"What does connect do when somebody listens at the other end?",
			"A port is open if and only if a TCP connection to it can be made. Make one, and close it again.",
			"Go: conn, err := net.DialTimeout(\"tcp\", net.JoinHostPort(address, port), wait); err == nil means open. Python: sock.settimeout(wait); sock.connect((address, port)) raises nothing.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "The line is the number, one space and the word open. Does the program try the address and the ports it was given?",
			check.KindNeverEnded:  "Once all ports of the range are tried, print the result and end. The listener sends nothing, so don't wait to read.",
			check.KindWrongExit:   "The status is 0, whatever was found. The last lines above come from your program. A refused connection is an answer like any other: don't let it end the program.",
		},
		Run: findsOpen,
	},
	{
		Name: "closed", Title: "counts closed ports instead of listing them", Role: role, Points: 15,
		Rationale: "Where nobody listens the kernel answers SYN with RST at once, and connect fails with \"connection refused\". That is an answer: somebody is at home, and the port is closed.",
		Hints: []string{
			"Which error does connect give when the other host answers with RST?",
			"Look at the error itself. \"Connection refused\" means closed; running out of time means silent.",
			"Go: errors.Is(err, syscall.ECONNREFUSED). Python: except ConnectionRefusedError, before any except OSError.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "These ports answered at once, with RST. Don't take every error for silence: only running out of time is. Closed ports are counted in the last line, and have no lines of their own.",
			check.KindWrongExit:   "The status is 0, whatever was found. A refused connection is no reason to give up: catch that error, count the port as closed and go on.",
		},
		Run: countsClosed,
	},
	{
		Name: "range", Title: "covers the whole range, both ends and port 65535 included", Role: role, Points: 10,
		After:     []string{"open", "closed"},
		Rationale: "FIRST and LAST both belong to the range, and may be the same. A port is a number of 16 bits, so ranges can begin with 1, and end with 65535.",
		Hints: []string{
			"How many ports are there from 8000 to 8000?",
			"Check the condition that ends your loop with the range 8000 8000, and with one that ends at 65535.",
			"Go: for port := first; port <= last; port++ with int, not uint16. Python: range(first, last + 1).",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "A row is missing: is the last port of the range tried? Python's range(a, b) ends before b. And the last line is there even if the number is 0. A row is too many: nothing but the result stands on standard output. The count is wrong: each closed port of the range counts, and counts once.",
			check.KindWrongExit:   "A range may consist of one port, so that FIRST equals LAST, and may begin with port 1. Neither is an error.",
			check.KindNeverEnded:  "The range ends at 65535. A counter of 16 bits (uint16) can't go past that: after 65535 comes 0, and the loop never ends. Count with an int.",
		},
		Run: coversTheRange,
	},
	{
		Name: "sorted", Title: "sorts its lines by port number", Role: role, Points: 10,
		After:     []string{"range"},
		Rationale: "Ports that are tried at the same time answer in any order, and as text 10000 comes before 9999. People read the list by number.",
		Hints: []string{
			"In which order do the answers come in when many ports are tried at once?",
			"Collect all answers first. Then sort by the number, not by the text of the line.",
			"Keep the answers in a list with one place for each port (index port - first) and print that list from its beginning: then there is nothing to sort.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Is it the order? The lowest open port answered later than the others here. Print when all answers are in, and sort by number: as text, \"10000\" stands before \"9999\". If the order is right: each line ends with a newline, the last one too, and there is no space around it.",
		},
		Run: sortsByNumber,
	},
	{
		Name: "patient", Title: "waits for a slow port, and holds no other meanwhile", Role: role, Points: 10,
		After:     []string{"open"},
		Waits:     slow,
		Rationale: "A port on the other side of the world, or of a busy host, takes its time to answer, and is as open as any other. Whoever waits for it should not keep its neighbours from their work.",
		Hints: []string{
			"For how long does your program wait for an answer if no WAIT is given? And what becomes of a connection once it stands?",
			"Without a WAIT, give a port a second to answer. Close a connection as soon as it stands, not when the program ends, and send nothing on it.",
			"Go: conn, err := net.DialTimeout(\"tcp\", target, wait), and where err is nil, conn.Close(). Python: with socket.socket() as sock: sock.settimeout(wait) before sock.connect(target); with closes it.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput:       "One port took 0.12 seconds to answer. The program runs twice here, without a WAIT, when it is to wait for a quarter of a second at least, and with one of 2000 milliseconds. Is there another time limit in it, or a unit mixed up? Go's Duration counts nanoseconds, so that a number needs its unit: time.Duration(n) * time.Millisecond. Python's settimeout counts seconds.",
			check.KindNeverEnded:        "One port takes 0.12 seconds to answer here, all others answer at once. Does the program wait for something that doesn't come? The listener sends nothing.",
			check.KindNeverClosed:       "You know that the port is open as soon as connect succeeds. Close each connection then, the last one too: a server may have room for a few only.",
			check.KindAssertion:         "Knock with connect, on the ports of the range alone, and send nothing.",
			check.KindSentSomethingElse: "Connecting is enough to know that a port is open. Send nothing: the server would take it for a request.",
		},
		Run: waitsForTheSlow,
	},
	{
		Name: "silent", Title: "waits as long as WAIT says, for a hundred ports at once", Role: role, Points: 15,
		After:     []string{"sorted"},
		Waits:     shortWait,
		Rationale: "A firewall that drops what it doesn't like makes no sound. Only time tells silence, so the waiting must be done for all ports at once. This step gives a WAIT of 80 milliseconds.",
		Hints: []string{
			"If each silent port takes one wait, how can a hundred of them take one wait too?",
			"Wait for many ports at the same time: goroutines, threads, asyncio or select, each connection with the time limit that WAIT says.",
			"Go: 200 goroutines that receive port numbers from a channel and call net.DialTimeout with time.Duration(ms) * time.Millisecond. Python: ThreadPoolExecutor(100).map(knock, ports), with settimeout(ms / 1000) before connect.",
		},
		Causes: map[check.Kind]string{
			check.KindTimedOut:    "Is WAIT the time limit of each connection, in place of any fixed one? And are enough ports waited for at the same time? Fifty at once take two waits for a hundred ports, ten at once take ten, and one after the other a hundred. When all ports are done, print the result and end.",
			check.KindNeverEnded:  "A hundred ports kept silent here. Did you try them without a time limit? Then connect waits as long as the kernel keeps trying, which can be minutes. And WAIT counts milliseconds: Python's settimeout takes seconds.",
			check.KindWrongOutput: "Silent is what doesn't answer within WAIT; closed is what answers with RST. WAIT counts milliseconds: in Go, a number becomes that with time.Duration(n) * time.Millisecond; without it, it is nanoseconds. The time for a port begins when it is tried, not when it stands in line. One open port answers after most of WAIT. And the lines are sorted by number, open and silent ones together.",
			check.KindWrongExit:   "Running out of time is an answer like any other. Go: a net.Error whose Timeout() is true. Python: except socket.timeout.",
		},
		Run: knowsSilence,
	},
	{
		Name: "many", Title: "scans more ports than it can have open files", Role: role, Points: 10,
		After:     []string{"sorted"},
		Rationale: "Every connection under way holds a file descriptor, and a program gets a limited number of them: 1,024 on most Linux systems, 256 on macOS and in this step.",
		Hints: []string{
			"How many sockets does your program have open at one moment?",
			"Limit how many ports are tried at once, and don't take \"too many open files\" for an answer of the other host.",
			"Go: a fixed number of goroutines that receive ports from a channel. Python: ThreadPoolExecutor(100), or an asyncio.Semaphore(200) around each connection. Count as closed only what was refused.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongOutput: "Does the program have a socket for every port open at the same time? Then it runs out of descriptors (\"too many open files\"), and that error says nothing about the port.",
			check.KindWrongExit:   "\"Too many open files\" and \"can't start new thread\" mean that too much was under way at the same time. Try 100 ports at once, not all of them.",
			check.KindNeverEnded:  "Hundreds of ports answer here within less than a second. Does the program pause between two ports?",
			check.KindAssertion:   "Knock on the ports of the range alone, and try 200 of them at the same moment at most, whatever the limit of open files is: start the next one when another has been answered.",
		},
		Run: scansMany,
	},
	{
		Name: "ipv6", Title: "scans an IPv6 address as well", Role: role, Points: 5,
		After:     []string{"open"},
		Rationale: "Ports belong to TCP, and TCP is the same over IPv4 and IPv6. Only the address differs, and with it the family of the socket.",
		Hints: []string{
			"What does your program do with fd00::2, and of which family is its socket?",
			"Take both kinds of address. The socket needs the family of the address: AF_INET for IPv4, AF_INET6 for IPv6.",
			"Go: netip.ParseAddr takes both, and net.JoinHostPort puts the brackets around an IPv6 address that a port follows. Python: ipaddress.ip_address takes both; socket.socket(socket.AF_INET6 if \":\" in address else socket.AF_INET).",
		},
		Causes: map[check.Kind]string{
			check.KindWrongExit:   "The address was an IPv6 address, which is an IP address too. The last lines above say what your program makes of it: an AF_INET socket can't connect to it.",
			check.KindWrongOutput: "Is it the address in the first argument that the program knocks at, and does the socket have the family of that address? An error that is neither a refusal nor silence is no answer of the other host.",
			check.KindNeverEnded:  "These ports answer at once, as those of an IPv4 address do. Does the program wait for something that doesn't come?",
		},
		Run: scansIPv6,
	},
	{
		Name: "usage", Title: "refuses arguments that make no sense", Role: role, Points: 10,
		After:     []string{"open"},
		Rationale: "Programs are called by people and by scripts. People need to read what they did wrong; scripts need the exit status.",
		Hints: []string{
			"What does your program do with two arguments, with the port \"http\", with a range that ends before it begins, with a WAIT of 0?",
			"Check all of it before the first connection: three or four arguments, an IP address, two numbers from 1 to 65535, FIRST not above LAST, WAIT a whole number above 0.",
			"Go: fmt.Fprintln(os.Stderr, \"…\"); os.Exit(2). Python: print(\"…\", file=sys.stderr); sys.exit(2). netip.ParseAddr and ipaddress.ip_address know what an address is.",
		},
		Causes: map[check.Kind]string{
			check.KindWrongExit:   "Status 0 tells a script that all went well. End with status 2 when an argument makes no sense, is missing, or is one too many.",
			check.KindWrongOutput: "The message belongs on standard error, in words that a person understands. A crash is no message.",
			check.KindNeverEnded:  "Check the arguments before you use them: a port above 65535, or a range that ends before it begins, can't be scanned. And 0 is no time limit: Go's DialTimeout takes it to mean none at all.",
		},
		Run: refusesNonsense,
	},
}
