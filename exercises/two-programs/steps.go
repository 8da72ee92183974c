package twoprograms

import "github.com/learnnet/learnnet/internal/check"

var steps = []check.Step{{
	Name: "connects", Title: "connects to the address it is given", Role: role, Points: 10,
	Rationale: "A client begins by calling: it connects to where the server listens. That is one line of code, and without it there is nobody to talk to.",
	Hints: []string{
		"How does the writer of the lesson reach its reader? Which of its lines is that?",
		"Connect with TCP to the address in the first argument. It is one argument, such as 10.0.0.2:9000, and not always the same.",
		"Go: `conn, err := net.Dial(\"tcp\", address)`. Python: `conn = socket.create_connection((host, int(port)))`, with host and port cut out of the address.",
	},
	Causes: map[check.Kind]string{
		check.KindNeverConnected: "Nothing came. Connect to the address in the first argument: os.Args[1] in Go, sys.argv[1] in Python.",
		check.KindExitedEarly:    "With an error, its last lines say why. Two common ones: the port must be a number in Python (int(port)), and the address must be the one in the first argument, not one of your own. With status 0, the program came to its end and had not connected.",
	},
	Run: connects,
}, {
	Name: "sends-name", Title: "sends the name as a line", Role: role, Points: 15, After: []string{"connects"},
	Rationale: "The server has to know where the name ends. Both programs have agreed on the sign: a line end, the byte \\n.",
	Hints: []string{
		"Which bytes does your client send? What tells the server that the name is complete?",
		"Send the second argument as UTF-8 and then one byte, \\n: nothing in front, nothing else behind.",
		"Go: `fmt.Fprintf(conn, \"%s\\n\", name)`. Python: `conn.sendall(f\"{name}\\n\".encode())`.",
	},
	Causes: map[check.Kind]string{
		check.KindSentNothing:       "What does the client wait for? It is the one who speaks first. It has the name already, in its second argument, and reads no standard input. Or did it write the name, and it lies in a buffer of your program? A writer made with makefile (Python) or bufio.NewWriter (Go) sends at flush() or Flush().",
		check.KindClosedEarly:       "The connection stands, and then the client closed it without a word. Send the name before you close.",
		check.KindExitedEarly:       "Its last lines say why. In Python, a socket takes bytes and no text: name.encode().",
		check.KindSentTooLittle:     "The name has come, and its line end is missing: the server still waits for \\n.",
		check.KindSentSomethingElse: "Compare the two lines above: the name as it is, then one \\n. No words around it, no \\r in front of the \\n.",
	},
	Run: sendsName,
}, {
	Name: "prints-greeting", Title: "prints the greeting and ends", Role: role, Points: 20, After: []string{"sends-name"},
	Rationale: "That is the whole exchange once: connect, ask, read, print, close. Status 0 tells whoever started the program that all went well.",
	Hints: []string{
		"What does your client do after it has sent the name?",
		"Read the greeting, a line, print it on standard output, close the connection and let the program end.",
		"Go: `greeting, err := bufio.NewReader(conn).ReadString('\\n')`, `fmt.Print(greeting)`. Python: `greeting = conn.makefile(encoding=\"utf-8\", newline=\"\\n\").readline()`, `print(greeting, end=\"\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "Print what the server sends, whatever that is, as text on a line of its own, with a line end. If Python shows b'…', you print bytes: decode them first. If the line end shows as \\n, you print what Python or Go would write in a program (repr, %q): print the text itself. If nothing was printed, does the client read before it ends?",
		check.KindSentTooMuch: "The name and one line end, and nothing else. Functions that print a line add a line end of their own.",
		check.KindReset:       "The client closed without having read all of the greeting.",
		check.KindNeverClosed: "The greeting is complete: print it, close the connection and end.",
		check.KindNeverEnded:  "When the greeting is printed, the client is done: let the program end by itself.",
		check.KindExitedEarly: "Its last lines say why the program failed.",
		check.KindWrongExit:   "All went well here, so the status must be 0.",
	},
	Run: printsGreeting,
}, {
	Name: "any-name", Title: "takes any name and any greeting as it is", Role: role, Points: 10, After: []string{"prints-greeting"},
	Rationale: "Not everybody is called Ada. A name may hold spaces, and letters that ASCII doesn't have; as bytes they are UTF-8. And a greeting may say whatever the server likes. Your client carries both and changes neither.",
	Hints: []string{
		"Start your client with \"zoë 50%  太白\" for a name. What does it send?",
		"The name is one argument, spaces included, at its ends too. Turn text into bytes as UTF-8, and bytes into text as UTF-8, and change nothing else. Look for nothing in the greeting but its end, the one byte \\n.",
		"Go's strings are UTF-8 already; what comes from outside is no format: `fmt.Print(greeting)`, not Printf. Python: `name.encode()` and `.decode()` take UTF-8 unless you say otherwise; `rstrip(\"\\n\")`, not strip(), and no splitlines().",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:       "Its last lines say which call could not take the name. In Python, encode(\"ascii\") knows no ë: leave the argument out, and it is UTF-8. What the greeting says is the server's business: it need not hold the name.",
		check.KindSentSomethingElse: "The name is the whole second argument, in UTF-8, as it is. Don't split it, don't tidy spaces (strip() and TrimSpace take those at its ends), don't replace letters. Where a % went wrong, the name was taken for a format: it belongs behind one, such as \"%s\\n\".",
		check.KindSentTooLittle:     "The name is the whole second argument: does your program stop at the first space?",
		check.KindWrongOutput:       "Print the greeting as it came. It is UTF-8: if you see b'…' or \\x…, you print bytes, so decode them first. Take away the line end alone: strip(), TrimSpace and a shell's read without IFS= take spaces and tabs too. Only \\n ends the greeting: splitlines() also cuts at other characters, and makefile() in text mode at \\r, unless you give it newline=\"\\n\". Where a % went wrong, the greeting was taken for a format: printf wants \"%s\\n\" in front of it. Where a space is missing, was it split, or does a shell script lack quotes?",
	},
	Run: anyName,
}, {
	Name: "in-pieces", Title: "puts together a greeting that comes in pieces", Role: role, Points: 10, After: []string{"prints-greeting"}, Waits: silence,
	Rationale: "What the server sends may arrive in several reads: half a message now, the rest later, just as with the file of the lesson. But here the reader can know. In this step the server falls silent for three quarters of a second in the middle of a greeting.",
	Hints: []string{
		"How often does your client read?",
		"Read again and again and put the parts together, until the line end has come or the server has closed. Only then print.",
		"Go: `bufio.NewReader(conn).ReadString('\\n')` reads as often as it takes. Python: `while part := conn.recv(1024): greeting += part`, or readline of `conn.makefile(\"rb\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "One read is not one greeting, and no silence means that it is complete. Read until the line end has come or the server has closed, and print all of it as one line.",
		check.KindExitedEarly: "Its last lines say why. One read is not one greeting: does it wait for the rest? The server may be silent for a second between two pieces, so a timeout must be longer.",
		check.KindWrongExit:   "The greeting came, in pieces, and all went well: the status must be 0.",
		check.KindReset:       "The client closed while the greeting was still coming. Read until the line end.",
	},
	Run: inPieces,
}, {
	Name: "cut-letter", Title: "survives a cut in the middle of a letter", Role: role, Points: 5, After: []string{"in-pieces", "any-name"},
	Rationale: "In UTF-8 the letter ë has two bytes and 太 has three. A stream of bytes may be cut between any two.",
	Hints: []string{
		"When do bytes become text in your program: at each read, or when all are there?",
		"Collect bytes. Turn them into text once, when the greeting is complete.",
		"Python: `greeting = b\"\"`, then `greeting += part` for each part, and `greeting.decode()` behind the loop. Node.js: `conn.setEncoding(\"utf8\")`, or `Buffer.concat`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly: "Half a letter can't be decoded. Collect the bytes first, and decode all of them when the greeting is complete.",
		check.KindWrongOutput: "A letter came in two halves, and each half was taken for a letter. Collect the bytes first, and turn them into text when the greeting is complete.",
	},
	Run: cutLetter,
}, {
	Name: "long-greeting", Title: "takes a greeting of a hundred thousand bytes", Role: role, Points: 5, After: []string{"in-pieces"},
	Rationale: "Nobody has promised you a short greeting. A limit that the agreement doesn't name is a surprise for somebody, one day.",
	Hints: []string{
		"How many bytes does your client read at most?",
		"Whatever size you pass to a read, read until the line end has come. Mind limits inside of what you use, and look at its error.",
		"Go: a bufio.Scanner gives up at lines of 64 KiB; `bufio.NewReader(conn).ReadString('\\n')` has no limit. Python: a loop around recv, or readline without a size.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongOutput: "The greeting is one line of 100,000 bytes and more. Is there a limit in your program, or in what it reads with? A bufio.Scanner gives up at 64 KiB, and says so only if you ask its Err().",
		check.KindReset:       "The client closed before it had read everything.",
		check.KindWrongExit:   "Its last lines may say why. A bufio.Scanner gives up at lines of 64 KiB.",
		check.KindExitedEarly: "Its last lines may say why. A bufio.Scanner gives up at lines of 64 KiB.",
	},
	Run: longGreeting,
}, {
	Name: "no-greeting", Title: "says so when the server closes without a word", Role: role, Points: 5, After: []string{"prints-greeting"},
	Rationale: "A connection that ends in order is not yet a greeting. Whoever starts the client must not take silence for success.",
	Hints: []string{
		"What does your client read, print and return when the server closes at once?",
		"If nothing has come when the server closes, say so in a line on standard error and end with status 1.",
		"Go: `ReadString` returns io.EOF then: `fmt.Fprintln(os.Stderr, …)`, `os.Exit(1)`. Python: `if not greeting: sys.exit(\"client: no greeting\")`, and `except OSError` around it all, for a reset.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "There was no greeting, so the status must not be 0.",
		check.KindWrongOutput: "Say on standard error, in words of your own, that no greeting came. A crash is no message. When the server resets the connection, the call that reads fails, in Python with ConnectionResetError: does your try reach that far? except OSError catches this one and a refused connection, too.",
		check.KindNeverEnded:  "When the server has closed, every read returns nothing, at once; after a reset it fails. Does your loop notice?",
	},
	Run: noGreeting,
}, {
	Name: "half-greeting", Title: "doesn't take half a greeting for a whole one", Role: role, Points: 5, After: []string{"no-greeting"},
	Rationale: "\"dinner for 1\" looked complete, too. The line end is what says that it is all: without it, something is missing.",
	Hints: []string{
		"How does your client know that the greeting is complete?",
		"A greeting ends with \\n. If the server closes before that, it is an error, as if nothing had come.",
		"Go: ReadString returns an error, io.EOF, together with the half line: don't ignore it. Python: `if not greeting.endswith(b\"\\n\"): sys.exit(\"client: the greeting was cut off\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "The server closed before the line end, so a part of the greeting is missing: say so, and end with status 1.",
		check.KindWrongOutput: "Say on standard error, in words of your own, that the greeting was cut off. On standard output print nothing of a greeting before you have seen its line end.",
		check.KindNeverEnded:  "The server has closed: no more will come. Does your loop notice?",
	},
	Run: halfGreeting,
}, {
	Name: "nobody-listens", Title: "says so when nobody listens", Role: role, Points: 10, After: []string{"prints-greeting"},
	Rationale: "A refused connection is the error that people meet first. It must be told where people and scripts look for it: on standard error and in the status.",
	Hints: []string{
		"Start your client without a server. What does it print, and where? What is its status (`echo $?`)?",
		"The call that connects fails. Catch that, say so in one line on standard error, and end with status 1.",
		"Go: `if err != nil { fmt.Fprintln(os.Stderr, \"client:\", err); os.Exit(1) }`. Python: `except OSError as error: sys.exit(f\"client: {error}\")`, which prints to standard error and gives status 1.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "Status 0 says that all went well. End with status 1: os.Exit(1) in Go, sys.exit(\"why\") in Python.",
		check.KindWrongOutput: "The reason belongs on standard error, in a line of your own: os.Stderr in Go, sys.stderr in Python. A traceback is for the one who wrote the program, not for the one who uses it.",
		check.KindNeverEnded:  "Nobody listens there now. Say so and end; don't try again for ever.",
	},
	Run: nobodyListens,
}, {
	Name: "usage", Title: "refuses arguments that make no sense", Role: role, Points: 5, After: []string{"prints-greeting"},
	Rationale: "Who forgets an argument, or the quotes around a name with a space in it, wants to read what the program expects.",
	Hints: []string{
		"What does your program do with no arguments, with one, with three?",
		"Look at the number of arguments before you use them, and at the address: host, colon, a number. Otherwise say on standard error what you expect, and end with status 2.",
		"Go: `if len(os.Args) != 3 { fmt.Fprintln(os.Stderr, \"usage: client ADDRESS NAME\"); os.Exit(2) }`, and `net.SplitHostPort` for the address. Python: `if len(sys.argv) != 3: print(\"usage: …\", file=sys.stderr); sys.exit(2)`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "Status 0 tells a script that all went well. End with status 2 when the arguments make no sense.",
		check.KindWrongOutput: "Say on standard error what the program expects. A crash is no message: look at the arguments before you use them.",
		check.KindNeverEnded:  "There are two arguments, no fewer and no more: with others the client says so and ends, and calls nobody. Two words without quotes around them are two arguments.",
	},
	Run: refusesNonsense,
}}
