package twoprograms

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/learnnet/learnnet/internal/demo"
)

// webClient asks the web server at the address in its first argument for a
// page, as a browser does, and prints all that comes.
func webClient(s demo.Stdio) error {
	address := s.Args[0]
	// region: ask
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()

	_, err = fmt.Fprintf(conn, "GET /?name=Ada HTTP/1.1\r\n"+
		"Host: %s\r\n"+
		"Connection: close\r\n"+
		"\r\n", address)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(conn) // until the server closes
	if err != nil {
		return err
	}
	fmt.Fprint(s.Stdout, strings.ReplaceAll(string(answer), "\r\n", "\n"))
	// endregion: ask
	return nil
}

// webServer answers one client at the address in its first argument, and
// prints what it said.
func webServer(s demo.Stdio) error {
	listener, err := net.Listen("tcp", s.Args[0])
	if err != nil {
		return err
	}
	defer listener.Close()
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	request, err := readRequest(conn)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Stdout, strings.Join(request, "\n"))
	return answer(conn, request)
}

// open serves the page to whoever connects, several at once, until ctx is done.
func open(ctx context.Context, listener net.Listener, said func(demo.Request)) error {
	var clients sync.WaitGroup
	defer clients.Wait()
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(inner, func() { listener.Close() })()
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		clients.Go(func() {
			defer conn.Close()
			defer context.AfterFunc(inner, func() { conn.Close() })()
			request, err := readRequest(conn)
			if err != nil {
				return // it went away without a word: browsers connect in advance
			}
			said(demo.Request{Client: conn.RemoteAddr(), Lines: request})
			if answer(conn, request) == nil {
				hangUp(conn)
			}
		})
	}
}

// hangUp waits until the client has closed too. Closing while something of it
// is unread, such as a form that it has posted, could cost it the answer.
func hangUp(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok && tcp.CloseWrite() == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(conn, 1<<20))
	}
}

// region: read

// readRequest reads the lines of a request, up to the empty one that ends them.
func readRequest(conn io.Reader) ([]string, error) {
	reader := bufio.NewReader(io.LimitReader(conn, 64<<10))
	var request []string
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return nil, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			return request, nil
		}
		request = append(request, line)
	}
}

// endregion: read

// region: answer

// answer answers a request with a status, what there is to say of the page,
// an empty line, and the page. HEAD asks for all of that but the page (RFC 9110
// §9.3.2).
func answer(conn io.Writer, request []string) error {
	status, page := find(request)
	length := len(page)
	if len(request) > 0 && strings.HasPrefix(request[0], "HEAD ") {
		page = ""
	}
	_, err := fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n"+
		"Content-Length: %d\r\nConnection: close\r\n\r\n%s", status, length, page)
	return err
}

// endregion: answer

// find returns the page that a request asks for, and the status that says
// whether there is one (RFC 9110 §15).
func find(request []string) (status, page string) {
	name, err := asked(request)
	switch {
	case errors.Is(err, errNoPage):
		return "404 Not Found", "<!doctype html><title>Not found</title><p>There is no such page.</p>\n"
	case errors.Is(err, errMethod):
		return "501 Not Implemented", ""
	case err != nil:
		return "400 Bad Request", ""
	case name == "":
		return "200 OK", `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Who are you?</title>
<form><label>Your name: <input name="name" autofocus></label> <button>Send</button></form>
`
	}
	return "200 OK", fmt.Sprintf("<!doctype html><title>Hello</title><p>Hello, %s!</p>\n", html.EscapeString(name))
}

var (
	errNoPage    = errors.New("no such page")
	errMethod    = errors.New("neither GET nor HEAD")
	errNoRequest = errors.New("not a request of HTTP/1")
)

// asked returns the name in a request such as "GET /?name=Ada HTTP/1.1", or ""
// if there is none in it.
func asked(request []string) (name string, err error) {
	if len(request) == 0 {
		return "", errNoRequest
	}
	words := strings.Fields(request[0])
	if len(words) != 3 || !strings.HasPrefix(words[2], "HTTP/1.") {
		return "", errNoRequest
	}
	method, target := words[0], words[1]
	if method != "GET" && method != "HEAD" { // RFC 9110 §9.1 wants both of every server
		return "", errMethod
	}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return "", err
	}
	if u.Path != "/" {
		return "", errNoPage
	}
	return u.Query().Get("name"), nil
}
