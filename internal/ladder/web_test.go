package ladder

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/learnnet/learnnet/internal/trace"
)

// forms are the two drawings for a browser; both are well-formed XML, too.
var forms = map[string]func(io.Writer, iter.Seq[trace.Event], Options) error{"html": WriteHTML, "svg": WriteSVG}

func written(t require.TestingT, form string, o Options, events ...trace.Event) string {
	var b bytes.Buffer
	require.NoError(t, forms[form](&b, slices.Values(events), o))
	return b.String()
}

// A markup is what a parser finds in a drawing.
type markup struct {
	elements map[string]int
	attrs    map[string][]string // values by name, in order
	texts    []string
}

func parse(t require.TestingT, drawing string) markup {
	m := markup{elements: make(map[string]int), attrs: make(map[string][]string)}
	d := xml.NewDecoder(strings.NewReader(drawing))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return m
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			m.elements[token.Name.Local]++
			for _, a := range token.Attr {
				m.attrs[a.Name.Local] = append(m.attrs[a.Name.Local], a.Value)
			}
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				m.texts = append(m.texts, text)
			}
		}
	}
}

func (m markup) all() string { return strings.Join(m.texts, " ") }

func TestDrawingsOpenWithTitleAndHosts(t *testing.T) {
	for form := range forms {
		t.Run(form, func(t *testing.T) {
			m := parse(t, written(t, form, Options{Title: "Sockets", Names: addresses}, recorded(t, "hello")...))
			assert.Equal(t, "Sockets", m.texts[0])
			head := strings.Join(m.texts[:min(len(m.texts), 9)], " ")
			assert.Contains(t, head, "client 10.0.0.1")
			assert.Contains(t, head, "server 10.0.0.2")
			assert.Contains(t, parse(t, written(t, form, Options{})).texts[0], "What happened")
		})
	}
}

func TestDrawingsTellEveryRow(t *testing.T) {
	for form := range forms {
		for _, name := range []string{"hello", "faults", "ask", "refused", "calls"} {
			t.Run(form+" "+name, func(t *testing.T) {
				events := recorded(t, name)
				m := parse(t, written(t, form, Options{Names: addresses}, events...))
				rows, left := tellAll(slices.Values(events))
				require.Zero(t, left)
				for _, r := range rows {
					for _, piece := range strings.Fields(r.text()) {
						assert.Contains(t, m.all(), piece)
					}
					if r.what == rowSent {
						told := slices.ContainsFunc(m.attrs["aria-label"], func(l string) bool { return strings.HasSuffix(l, r.label()) })
						assert.True(t, told, "no label %q", r.label())
					}
				}
			})
		}
	}
}

func TestLabelsSayWhatAnArrowShows(t *testing.T) {
	labels := parse(t, written(t, "html", Options{}, recorded(t, "faults")...)).attrs["aria-label"]
	assert.Contains(t, labels, "frame from client to server: SYN seq=0 win=64240, lost on the wire")
	assert.Contains(t, labels, "frame from server to client: SYN ACK seq=0 ack=1 win=65160 (copy)")
	labels = parse(t, written(t, "svg", Options{}, recorded(t, "calls")...)).attrs["aria-label"]
	assert.Contains(t, labels, "   90.3 ms, server: calls listen(3, 128)")
	assert.Contains(t, labels, "  182.3 ms, client prints: hi")
}

func TestHTMLOpensFramesAndCalls(t *testing.T) {
	m := parse(t, written(t, "html", Options{}, recorded(t, "calls")...))
	frames := 12
	calls := strings.Count(m.all(), "; see man") // each is explained
	assert.Equal(t, frames+calls, m.elements["details"])
	assert.Greater(t, calls, 10)
	assert.Contains(t, m.all(), "accept takes the next connection")
	assert.Contains(t, m.all(), "Sequence number 3724253090 0, counted from the SYN dd fb 97 a2")
	assert.Contains(t, m.all(), "Option: maximum segment size 1460 bytes 02 04 05 b4")
}

func TestHTMLShowsDataThatACallIsTooShortFor(t *testing.T) {
	send := entry(trace.Client, 1, "send", "3", `"aaaa"...`)
	send.Call.Data = []byte(strings.Repeat("a", 300) + "</code>\x1b")
	assert.Contains(t, parse(t, written(t, "html", Options{}, send)).all(), strings.Repeat("a", 300)+`</code>\x1b`)
}

func TestSVGKeepsItsTextInTheColumns(t *testing.T) {
	p := newSVG(Options{})
	for _, r := range []row{{what: rowTold, host: trace.Client, pieces: []string{strings.Repeat("a b", 50), strings.Repeat("x", 200)}},
		{what: rowComplained, host: trace.Server, pieces: []string{strings.Repeat("太", 100)}}} {
		p.row(&r)
	}
	for _, r := range p.Rows {
		for _, text := range r.Texts {
			if text.Anchor == "" {
				end := text.X + width(text.Text)*cellWidth
				assert.True(t, end <= p.Left || text.X >= p.serverX && end <= p.Width, "%+v", text)
			}
		}
	}
	assert.Less(t, len(newSVG(Options{Title: strings.Repeat("long ", 100)}).Title()), 100)
}

func TestHostileTextStaysText(t *testing.T) {
	const bad = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&]]>\x1b[31m\x00\u202e\u2028\ufeff\xff{{.}}-->"
	entered := entry(trace.Client, 1, bad, bad)
	unix := trace.Event{Kind: trace.KindSocket, Host: trace.Client, Socket: &trace.Socket{Network: bad, Path: bad, State: bad, Was: "x" + bad}}
	payload := recorded(t, "hello")[8]
	hurt := *payload.Frame
	hurt.Bytes = slices.Concat(hurt.Bytes[:len(hurt.Bytes)-6], []byte("</b>\u202e"))
	payload.Frame = &hurt
	events := []trace.Event{started(trace.Client, bad), started(trace.Client, "x"), printed(trace.Client, bad, trace.Stdout, bad+"\n"),
		printed(trace.Server, "server", trace.Stderr, bad+"\n"), action(bad, bad), entered, exit(entered, -1, bad, time.Second, bad, "more"+bad), unix, payload}
	for form := range forms {
		t.Run(form, func(t *testing.T) {
			got := written(t, form, Options{Title: bad, Names: map[trace.Host]string{trace.Client: bad}}, events...)
			m := parse(t, got)
			for _, name := range []string{"script", "img"} {
				assert.Zero(t, m.elements[name], name)
			}
			assert.NotContains(t, m.attrs, "onerror")
			assert.NotContains(t, m.attrs, "src")
			assert.NotContains(t, m.attrs, "href")
			assert.Contains(t, strings.Join(m.attrs["aria-label"], "\n")+m.all(), `\x1b[31m`)
			harmless(t, got)
		})
	}
}

// harmless wants nothing in a drawing that could reorder or hide its text.
func harmless(t require.TestingT, drawing string) {
	for _, r := range drawing {
		require.True(t, unicode.IsPrint(r) || r == '\n', "%q", r)
	}
}

func TestAnyEventMakesAWellFormedDrawing(t *testing.T) {
	runs := slices.Concat(recorded(t, "faults"), recorded(t, "calls"))
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(anyEvent(runs), 0, 6).Draw(t, "events")
		o := Options{Title: anyText().Draw(t, "title"), NoWire: rapid.Bool().Draw(t, "no wire"),
			Names: map[trace.Host]string{trace.Server: anyText().Draw(t, "name")}}
		for form := range forms {
			got := written(t, form, o, events...)
			parse(t, got)
			harmless(t, got)
		}
	})
}

func TestDrawingOfAFloodIsCutAndSaysSo(t *testing.T) {
	events := slices.Repeat([]trace.Event{action("waits", "")}, mostRows+7)
	for form := range forms {
		assert.Contains(t, parse(t, written(t, form, Options{}, events...)).all(), "7 more rows are not shown", form)
	}
}

func TestAFailedDrawingIsReported(t *testing.T) {
	full := errors.New("disk full")
	for form, write := range forms {
		err := write(failing{full}, slices.Values(recorded(t, "hello")), Options{})
		require.ErrorIs(t, err, full)
		require.ErrorContains(t, err, "write "+form+": ")
	}
}
