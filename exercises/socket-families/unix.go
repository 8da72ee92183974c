package socketfamilies

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"

	"github.com/learnnet/learnnet/internal/check"
)

var unixSteps = []check.Step{{
	Name: "unix", Title: "echoes at a path", Role: "server", Points: 10, After: []string{"half-close"},
	Rationale: "Only the address differs: behind bind, a unix socket is used with the same calls as the others.",
	Hints: []string{
		"What does your program do with an argument that begins with `unix:`?",
		"What stands behind `unix:` is the path. Make a socket of the family AF_UNIX and bind it to that path.",
		"Go: `net.Listen(\"unix\", path)`. Python: `s = socket.socket(socket.AF_UNIX)`, `s.bind(path)`, `s.listen()`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:   "Its last lines say why. The path is what stands behind `unix:`; any byte may be in it, a colon too.",
		check.KindNeverListened: "The path is all that stands behind `unix:`, to its last byte: a colon, `?`, `#`, `%` and a space at the end belong to it. Take it for no URL, strip nothing, and bind an AF_UNIX socket there.",
		check.KindNeverClosed:   "Close each connection when a read returns nothing, whatever its family.",
	},
	Run: func(t *check.T) {
		dir := t.Folder()
		s := startUnix(t, filepath.Join(dir, "echo.sock"))
		if s == nil {
			return
		}
		echoes(t, s)
		name := "my echo#%41.sock"
		if runtime.GOOS != "windows" { // where such names can't be
			name = "my:echo.sock?" + letters(t.Rand(), 3) + "#%41 "
		}
		echoes(t, startUnix(t, filepath.Join(dir, name)))
		echoes(t, startUnix(t, pad(dir, longest())))
	},
}, {
	Name: "two-clients", Title: "gives two clients at once what is theirs", Role: "server", Points: 6, After: []string{"unix"},
	Rationale: "A client that reads late leaves bytes in the server's hands. They must reach this client and no other, whoever comes meanwhile, and also when it has closed its sending side. Here the second client may wait until the first has been served.",
	Hints: []string{
		"What belongs to one client alone in your program, and what do all of them share?",
		"Each client needs its own socket and its own buffer. When a read returns nothing, write what is left before you close.",
		"Go: `go io.Copy(conn, conn)`, or `buf := make([]byte, 4096)` within the function that serves one client. Python: `data = conn.recv(65536)` and `conn.sendall(data)`, with `conn` and `data` local to that function.",
	},
	Causes: map[check.Kind]string{
		check.KindSentSomethingElse: "Another client's bytes? Each client needs a buffer of its own, or the next one overwrites what is still to be sent.",
		check.KindSentTooLittle:     "The client has closed its sending side and reads late. Send it all that is left, and only then close.",
		check.KindClosedEarly:       "A second client came while the first was there. Does one variable hold the connection of both? Keep each until its own read returns nothing.",
		check.KindReset:             "A second client came while the first was there, or the first was slow to read. Keep each connection until all of it is read and sent back.",
		check.KindSentNothing:       "A client may wait until the one before it has gone, but then it is its turn. Does the server go back to accept?",
		check.KindNeverClosed:       "Close each connection when its own read returns nothing, and all is sent back.",
		check.KindExitedEarly:       "Its last lines say why. Two clients were there at once, and the first of them read late.",
		check.KindRefused:           "Go on listening while a client is there: the next one waits in the kernel's queue.",
	},
	Run: func(t *check.T) {
		s := startUnix(t, filepath.Join(t.Folder(), "echo.sock"))
		if s == nil {
			return
		}
		first := s.DialAs("first client")
		// Whoever has been served has left the queue, which may be short.
		first.Send("1")
		first.Expect("1")
		second := s.DialAs("second client")
		// More than the kernel keeps for a unix socket (net.core.wmem_default),
		// and more than a buffer of the server's.
		one, two := noise(t.Rand(), 260_000), noise(t.Rand(), 70_000)
		first.SendAllMeanwhile(one).AwaitFull()
		first.Settle() // now the server holds what it can't send yet
		second.SendAllMeanwhile(two)
		second.Settle()
		hears(first, one)
		hears(second, two)
	},
}, {
	Name: "gone", Title: "outlives a client that is gone before its echo", Role: "server", Points: 4, After: []string{"unix"},
	Rationale: "Writing to a client that has gone fails with EPIPE, another error than ECONNRESET. In C, and wherever a program asks for it, the signal SIGPIPE comes along and ends the program (write(2)).",
	Hints: []string{
		"What does a write return when nobody is there to read it any more?",
		"Catch every error of reading from one client and writing to it, close that connection, and go back to accept.",
		"Go: the error of `io.Copy`. Python: `except OSError`, which is BrokenPipeError and ConnectionResetError and more. C: `signal(SIGPIPE, SIG_IGN)`, and look at what write returns.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly: "The server wrote to a client that had gone, and ended with that. Catch all errors of one client (Python: OSError, not ConnectionResetError alone), and ignore SIGPIPE where it would end the program.",
		check.KindRefused:     "An error of one client is no reason to close the listening socket.",
		check.KindSentNothing: "A client went away without its echo, and the next one got none. Does the server go back to accept when a write fails?",
		check.KindNeverClosed: "Close each connection when a read returns nothing, also after another client's error.",
	},
	Run: func(t *check.T) {
		s := startUnix(t, filepath.Join(t.Folder(), "echo.sock"))
		if s == nil {
			return
		}
		echoes(t, s)
		leavesUnheard(t, s)
		next := s.DialAs("next client")
		next.Settle() // so that whatever comes of the one before has come
		text := letters(t.Rand(), 12)
		next.Send(text)
		next.Expect(text)
		next.CloseWrite()
		next.ExpectEnd()
	},
}, {
	Name: "stale", Title: "takes the place of a dead server", Role: "server", Points: 10, After: []string{"unix"},
	Rationale: "A killed server can't tidy up: its socket file stays, and bind fails until somebody removes it (unix(7)).",
	Hints: []string{
		"Start your server, kill it with `kill -9`, and start it again. What does bind say, and what does `ls -l` show?",
		"If a socket is at the path, try to connect to it. If that is refused, nobody listens: remove the file, then bind.",
		"Go: `os.Lstat`, `info.Mode()&fs.ModeSocket`, `net.Dial(\"unix\", path)`, `errors.Is(err, syscall.ECONNREFUSED)`, `os.Remove(path)`. Python: `stat.S_ISSOCK(os.lstat(path).st_mode)`, `connect`, `except ConnectionRefusedError: os.unlink(path)`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:   "The file of a socket that nobody listens on is in the way. Remove it before bind.",
		check.KindNeverListened: "Connecting to the path is still refused. Is the stale file removed before bind?",
	},
	Run: func(t *check.T) {
		path := filepath.Join(t.Folder(), "echo.sock")
		stale(t, path)
		s := startUnix(t, path)
		if s == nil {
			return
		}
		echoes(t, s)
		s.Kill()
		echoes(t, startUnix(t, path))
	},
}, {
	Name: "live", Title: "leaves a live server its socket", Role: "server", Points: 8, After: []string{"unix"},
	Rationale: "Whoever removes the file of a live server cuts it off: it still listens, but nobody finds it any more.",
	Hints: []string{
		"Start your server twice with the same path. Which of the two gets the next client?",
		"Before you remove a socket file, connect to it. If that succeeds, somebody lives there: say so, and end with status 1.",
		"Go: `if conn, err := net.Dial(\"unix\", path); err == nil { conn.Close(); return errors.New(\"in use\") }`. Python: `probe.connect(path)` without an exception means in use.",
	},
	Causes: map[check.Kind]string{
		check.KindAssertion:   "Don't remove the socket file before you know that nobody is there: connect to it first. Only \"connection refused\" means that. Any other error, such as the wrong type of a datagram socket (EPROTOTYPE), is no leave to remove.",
		check.KindNeverEnded:  "The path is in use. Say so and end; don't wait or try again.",
		check.KindWrongExit:   "The server can't listen: that is status 1.",
		check.KindWrongOutput: "Say on standard error that the path is in use.",
		check.KindExitedEarly: "The server that was there first ended. A client that connects and closes at once must not stop it.",
	},
	Run: func(t *check.T) {
		path := filepath.Join(t.Folder(), "echo.sock")
		first := startUnix(t, path)
		if first == nil {
			return
		}
		echoes(t, first)
		tries := []attempt{try(t, path, remember(t, "the socket file of a live server", path))}
		if runtime.GOOS != "windows" { // which has no datagrams in AF_UNIX
			log := filepath.Join(filepath.Dir(path), "log")
			l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: log, Net: "unixgram"})
			if err != nil {
				t.Break(err)
			}
			defer l.Close()
			tries = append(tries, try(t, log, remember(t, "the socket file of a live datagram server", log)))
		}
		refused(t, tries...)
		echoes(t, first)
	},
}, {
	Name: "not-a-socket", Title: "never deletes what is not a socket", Role: "server", Points: 10, After: []string{"unix"},
	Rationale: "A mistyped path may name somebody's work. A server that deletes what is in its way destroys it.",
	Hints: []string{
		"Start your server with the path of a text file. Is the file still there?",
		"Look at the kind of file before all else. That connecting is refused proves nothing: on Linux it is refused by an ordinary file too.",
		"Go: `info, err := os.Lstat(path)`, and remove only if `info.Mode()&fs.ModeSocket != 0`. Python: only if `stat.S_ISSOCK(os.lstat(path).st_mode)`.",
	},
	Causes: map[check.Kind]string{
		check.KindAssertion:   "Look with lstat whether it is a socket, and remove nothing else. stat looks through a symbolic link; and Go's os.Remove deletes an empty directory too.",
		check.KindNeverEnded:  "It can't listen there. Don't open what is there either (opening a FIFO waits): look at it with lstat, say so, and end with status 1.",
		check.KindWrongExit:   "The server can't listen there: that is status 1.",
		check.KindWrongOutput: "Say on standard error what is in the way.",
	},
	Run: func(t *check.T) {
		dir := t.Folder()
		var tries []attempt
		for i, text := range []string{"my work: " + letters(t.Rand(), 20) + "\n", ""} {
			file := filepath.Join(dir, fmt.Sprintf("notes%d.txt", i))
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Break(err)
			}
			tries = append(tries, try(t, file, remember(t, "a file that is not a socket", file)))
		}
		folder := filepath.Join(dir, "folder")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Break(err)
		}
		tries = append(tries, try(t, folder, remember(t, "a directory", folder)))
		if runtime.GOOS != "windows" {
			tries = append(tries, atFIFO(t, dir), atLink(t, dir))
		}
		refused(t, tries...)
	},
}, {
	Name: "bad-path", Title: "says so when a path can't be bound", Role: "server", Points: 4, After: []string{"unix"},
	Rationale: "The address of a unix socket has room for about a hundred bytes. What doesn't fit must not be cut off in silence: that would be another name.",
	Hints: []string{
		"How many bytes does the path have, and how many fit?",
		"bind fails, or the library before it does. Print the error on standard error, and end with status 1.",
		"Go: `fmt.Fprintln(os.Stderr, err); os.Exit(1)`. Python: `except OSError as error: sys.exit(f\"server: {error}\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindAssertion:   "The path was cut off. Compare its length with what fits, in bytes, before you bind.",
		check.KindNeverEnded:  "The server can't listen there. Was a path that is too long cut off, or the folder made that doesn't exist? Do neither: say what is wrong with the path, and end.",
		check.KindWrongExit:   "The server can't listen there: that is status 1.",
		check.KindWrongOutput: "Say on standard error what is wrong with the path.",
	},
	Run: func(t *check.T) {
		dir := t.Folder()
		p := t.Start("server", "unix:"+pad(dir, 130))
		p.Settle()
		noSockets(t, dir)
		p.ExpectExitStatus(1)
		refused(t, try(t, filepath.Join(dir, "no", "such", "echo.sock")))
	},
}}
