package socketfamilies

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/learnnet/learnnet/internal/check"
)

var unixSteps = []check.Step{{
	Name: "unix", Title: "echoes at a path", Role: "server", Points: 14, After: []string{"half-close"},
	Rationale: "Only the address differs: behind bind, a unix socket is used with the same calls as the others.",
	Hints: []string{
		"What does your program do with an argument that begins with `unix:`?",
		"What stands behind `unix:` is the path. Make a socket of the family AF_UNIX and bind it to that path.",
		"Go: `net.Listen(\"unix\", path)`. Python: `s = socket.socket(socket.AF_UNIX)`, `s.bind(path)`, `s.listen()`.",
	},
	Causes: map[check.Kind]string{
		check.KindExitedEarly:   "Its last lines say why. The path is what stands behind `unix:`; any byte may be in it, a colon too.",
		check.KindNeverListened: "The path is all that stands behind `unix:`, to its end: it may have spaces and colons in it. Bind an AF_UNIX socket there.",
		check.KindNeverClosed:   "Close each connection when a read returns nothing, whatever its family.",
	},
	Run: func(t *check.T) {
		dir := t.Folder()
		s := startUnix(t, filepath.Join(dir, "echo.sock"))
		if s == nil {
			return
		}
		echoes(t, s)
		large(t, s)
		name := "my echo.sock"
		if runtime.GOOS != "windows" {
			name = "my:echo.sock " + letters(t.Rand(), 3)
		}
		echoes(t, startUnix(t, filepath.Join(dir, name)))
		echoes(t, startUnix(t, pad(dir, longest())))
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
		check.KindAssertion:   "Don't remove the socket file before you know that nobody listens: connect to it first.",
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
		refuses(t, path, remember(t, "the socket file of a live server", path))
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
		check.KindAssertion:   "Look with lstat whether it is a socket, and remove nothing else. Also Go's os.Remove deletes an empty directory.",
		check.KindNeverEnded:  "It can't listen there. Say so, and end with status 1.",
		check.KindWrongExit:   "The server can't listen there: that is status 1.",
		check.KindWrongOutput: "Say on standard error what is in the way.",
	},
	Run: func(t *check.T) {
		dir := t.Folder()
		for _, text := range []string{"my work: " + letters(t.Rand(), 20) + "\n", ""} {
			file := filepath.Join(dir, "notes"+letters(t.Rand(), 3)+".txt")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Break(err)
			}
			refuses(t, file, remember(t, "a file that is not a socket", file))
		}
		folder := filepath.Join(dir, "folder")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Break(err)
		}
		refuses(t, folder, remember(t, "a directory", folder))
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
		check.KindNeverEnded:  "The server can't listen there. Was the path cut off?",
		check.KindWrongExit:   "The server can't listen there: that is status 1.",
		check.KindWrongOutput: "Say on standard error what is wrong with the path.",
	},
	Run: func(t *check.T) {
		dir := t.Folder()
		p := t.Start("server", "unix:"+pad(dir, 130))
		p.Settle()
		noSockets(t, dir)
		p.ExpectExitStatus(1)
		refuses(t, filepath.Join(dir, "no", "such", "echo.sock"))
	},
}}

var refusalSteps = []check.Step{{
	Name: "port-in-use", Title: "says so when the port is in use", Role: "server", Points: 3, After: []string{"half-close"},
	Rationale: "A port has no file to remove: the kernel gives it back by itself, and until then it is somebody's.",
	Hints: []string{
		"Start your server twice with the same address. What is the status of the second (`echo $?`)?",
		"bind fails. Print the error on standard error, and end with status 1.",
		"Go: `fmt.Fprintln(os.Stderr, err); os.Exit(1)`. Python: `except OSError as error: sys.exit(f\"server: {error}\")`.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "A server that can't listen ends with status 1.",
		check.KindWrongOutput: "The reason belongs on standard error.",
		check.KindNeverEnded:  "Two servers must not share one port. Leave SO_REUSEPORT away (and, on Windows, SO_REUSEADDR).",
	},
	Run: func(t *check.T) {
		first := t.StartServer("server", "tcp")
		t.Start("server", first.Address).ExpectExitStatus(1)
		echoes(t, first)
	},
}, {
	Name: "nonsense", Title: "refuses what is no address with status 2", Role: "server", Points: 3, After: []string{"half-close"},
	Rationale: "Status 2 tells a script that it called the program wrongly, and status 1 that the call was right but the work failed.",
	Hints: []string{
		"What is the status of your server for `nonsense`, for `10.0.0.2`, for `10.0.0.2:70000`?",
		"Take the text apart yourself before you make a socket. What is none of the three forms is status 2.",
		"Go: `netip.ParseAddrPort` accepts just the two forms with numbers. Python: `ipaddress.IPv4Address`, `ipaddress.IPv6Address`, and a port from 0 to 65535.",
	},
	Causes: map[check.Kind]string{
		check.KindWrongExit:   "This was no address, so the status must be 2. An error that Python's program doesn't catch ends it with status 1.",
		check.KindWrongOutput: "Say on standard error which addresses you take.",
		check.KindNeverEnded:  "This is no address, yet the server listens somewhere. Look at each part before you use it; an IPv6 address must stand in brackets.",
	},
	Run: func(t *check.T) {
		for _, text := range []string{"nonsense", "10.0.0.2", "10.0.0.2:70000", "10.0.0.256:9007", "fd00::2:9007", "unix:"} {
			t.Start("server", text).ExpectExitStatus(2)
		}
	},
}}
