package cli

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var pageAddress = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/`)

// openPage starts a lesson's demo with --open and returns the page's address.
func openPage(t *testing.T, args ...string) (r *running, host string) {
	t.Helper()
	r = &running{Cmd: newLearner(t).command(append([]string{"demo"}, args...)...), t: t, grown: make(chan struct{}, 1)}
	r.Env = append(r.Env, courseVar+"=real")
	r.Stdout, r.Stderr = r, r
	require.NoError(t, r.Start())
	t.Cleanup(func() { _ = r.Process.Kill(); _ = r.Cmd.Wait() })
	r.until("Ctrl-C ends it", 1)
	found := pageAddress.FindAllStringSubmatch(r.String(), -1)
	require.Len(t, found, 2, "once for the browser and once for curl: %s", r)
	require.Equal(t, found[0], found[1])
	return r, found[0][1]
}

// get asks for a page as a browser does, on a connection of its own.
func get(t *testing.T, method, at string, body io.Reader, header ...string) (status int, page string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, at, body)
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{Timeout: processCap, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(b)
}

func TestOpenServesThePageOfTwoProgramsUntilCtrlC(t *testing.T) {
	r, host := openPage(t, "two-programs", "--open")
	at := "http://" + host

	// Browsers connect in advance, and keep connections that they may need.
	silent, err := net.Dial("tcp", host)
	require.NoError(t, err)
	defer silent.Close()

	status, page := get(t, "GET", at+"/", nil, "Accept-Language", "la", "Cookie", "secret=7", "Authorization", "Basic c2VjcmV0")
	assert.Equal(t, 200, status)
	assert.Contains(t, page, `<input name="name"`)
	r.until("  GET / HTTP/1.1\n", 1)
	r.until("  Accept-Language: la\n", 1)
	r.until("  Cookie: [left out here]\n", 1)
	r.until("  Authorization: [left out here]\n", 1)
	assert.NotContains(t, r.String(), "secret=7")
	assert.NotContains(t, r.String(), "c2VjcmV0")

	status, page = get(t, "GET", at+"/?name="+url.QueryEscape("Zoë 太白 <b>"), nil)
	assert.Equal(t, 200, status)
	assert.Contains(t, page, "<p>Hello, Zoë 太白 &lt;b&gt;!</p>")
	r.until("  GET /?name=Zo%C3%AB+", 1)

	status, _ = get(t, "GET", at+"/favicon.ico", nil)
	assert.Equal(t, 404, status)
	status, _ = get(t, "HEAD", at+"/favicon.ico", nil)
	assert.Equal(t, 404, status)
	status, _ = get(t, "POST", at+"/", strings.NewReader(strings.Repeat("x", 100_000)))
	assert.Equal(t, 501, status, "what the client posted is read, so that the answer gets there")

	r.interrupt()
	_, err = net.Dial("tcp", host)
	assert.Error(t, err, "nobody listens there any more")
}

func TestOpenShowsARequestSafely(t *testing.T) {
	r, host := openPage(t, "two-programs", "--open")
	for _, request := range []string{"GET / HTTP/1.1\r\nX: \x1b[2J\r\n\r\n", "nonsense\n\n", "\r\n"} {
		c, err := net.Dial("tcp", host)
		require.NoError(t, err)
		_, err = io.WriteString(c, request)
		require.NoError(t, err)
		answer, err := io.ReadAll(c)
		require.NoError(t, err)
		status := "400 Bad Request"
		if strings.HasPrefix(request, "GET") {
			status = "200 OK"
		}
		assert.True(t, strings.HasPrefix(string(answer), "HTTP/1.1 "+status+"\r\n"), "%q", answer)
		c.Close()
	}
	r.until("  nonsense\n", 1)
	r.until(`  X: \x1b[2J`, 1)
	assert.NotContains(t, r.String(), "\x1b")
	r.interrupt()
}

func TestOpenAnswersHEADLikeGETWithoutThePage(t *testing.T) {
	r, host := openPage(t, "two-programs", "--open")
	answers := make(map[string]string)
	for _, method := range []string{"GET", "HEAD"} {
		c, err := net.Dial("tcp", host)
		require.NoError(t, err)
		_, err = io.WriteString(c, method+" /?name=Ada HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
		require.NoError(t, err)
		answer, err := io.ReadAll(c) // an HTTP client would not show a page behind HEAD
		require.NoError(t, err)
		answers[method] = string(answer)
		c.Close()
	}
	head, page, _ := strings.Cut(answers["GET"], "\r\n\r\n")
	assert.Contains(t, page, "Hello, Ada!")
	assert.Contains(t, head, fmt.Sprintf("\r\nContent-Length: %d\r\n", len(page)))
	assert.Equal(t, head+"\r\n\r\n", answers["HEAD"])
	r.interrupt()
}

func TestOpenSaysSoWhenItsPortIsTaken(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer other.Close()
	cmd := newLearner(t).command("demo", "greeting", "--open", "--port", fmt.Sprint(other.Addr().(*net.TCPAddr).Port))
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	assert.Equal(t, exitBroken, cmd.ProcessState.ExitCode())
	assert.Contains(t, string(out), "learnnet: serve the page: listen tcp "+other.Addr().String())
	assert.Contains(t, string(out), "\nchoose another port with --port, or leave it out for a free one\n")
	assert.NotContains(t, string(out), "http://")
}
