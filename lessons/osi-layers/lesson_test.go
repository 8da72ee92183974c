package osilayers

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/trace"
)

// The tests here hold what the text says about bytes against the recording.

func recorded(t *testing.T) []trace.Event {
	t.Helper()
	b, err := files.ReadFile("recording.jsonl")
	require.NoError(t, err)
	run, err := trace.ReadJSON(bytes.NewReader(b))
	require.NoError(t, err)
	return run
}

func text(t *testing.T) string {
	t.Helper()
	b, err := files.ReadFile("lesson.md")
	require.NoError(t, err)
	return string(b)
}

// first returns the first recorded frame that is accepted.
func first(t *testing.T, accept func(p trace.Packet) bool) *trace.Frame {
	t.Helper()
	var d trace.Decoder
	for _, e := range recorded(t) {
		if p, ok := d.Decode(e); ok && accept(p) {
			return e.Frame
		}
	}
	require.Fail(t, "no such frame was recorded")
	return nil
}

func datagram(p trace.Packet) bool { return p.Protocol == "UDP" }

// rows returns the cells of the rows of the text's tables that have n columns.
func rows(t *testing.T, n int) [][]string {
	t.Helper()
	var out [][]string
	for line := range strings.Lines(text(t)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(cells) == n {
			out = append(out, cells)
		}
	}
	return out
}

var byteRange = regexp.MustCompile(`^(\d+)(?: to (\d+))?$`)

// TestTheFieldsStandWhereTheTextSays compares the table of the request's fields
// with the frame.
func TestTheFieldsStandWhereTheTextSays(t *testing.T) {
	f, _, err := request(recorded(t))
	require.NoError(t, err)
	fields := make(map[string]trace.Field)
	for _, l := range trace.Layers(f.Bytes) {
		for _, field := range l.Fields {
			fields[l.Name+" "+field.Name] = field
		}
	}
	checked := 0
	for _, row := range rows(t, 4) {
		m := byteRange.FindStringSubmatch(row[0])
		if m == nil {
			continue // of the table of layers
		}
		checked++
		from, to, name := m[1], cmp.Or(m[2], m[1]), row[1]
		require.Contains(t, fields, name)
		field := fields[name]
		assert.Equal(t, strconv.Itoa(field.Offset), from, name)
		assert.Equal(t, strconv.Itoa(field.Offset+field.Length-1), to, name)
		says := field.Value
		if name == "Payload Data" {
			says = field.Note
		}
		assert.Equal(t, says, row[2], name)
	}
	require.Equal(t, 12, checked)
}

// TestTheLayersAreAsLongAsTheTextSays compares the table of sizes, and the
// sums in the text, with the frames.
func TestTheLayersAreAsLongAsTheTextSays(t *testing.T) {
	f, _, err := request(recorded(t))
	require.NoError(t, err)
	d := first(t, datagram)
	var table [][]string
	for _, row := range rows(t, 3) {
		if strings.HasSuffix(row[1], " bytes") {
			table = append(table, row[1:])
		}
	}
	var want [][]string
	a, b := append(sizes(f), f.Length), append(sizes(d), d.Length)
	require.Len(t, b, len(a))
	for i := range a {
		want = append(want, []string{fmt.Sprintf("%d bytes", a[i]), fmt.Sprintf("%d bytes", b[i])})
	}
	assert.Equal(t, want, table)
	assert.Contains(t, text(t), fmt.Sprintf("So %d of %d bytes are headers: %d for Ethernet, %d for IPv4, %d for TCP.",
		a[0]+a[1]+a[2], f.Length, a[0], a[1], a[2]))
	// The same two bytes by TCP.
	assert.Contains(t, text(t), fmt.Sprintf("By TCP it would be %d,", a[0]+a[1]+a[2]+b[3]))

	syn := first(t, func(p trace.Packet) bool { return p.Flags == "SYN" })
	ack := first(t, func(p trace.Packet) bool { return p.Flags == "ACK" })
	words := strings.Join(strings.Fields(text(t)), " ")
	assert.Contains(t, words, fmt.Sprintf("Its frame has %d bytes and no payload: the TCP header has %d bytes here", syn.Length, sizes(syn)[2]))
	assert.Contains(t, words, fmt.Sprintf("The ACK behind it has a header of %d.", sizes(ack)[2]))
}

// sizes returns how many bytes each layer of a frame takes.
func sizes(f *trace.Frame) []int {
	var out []int
	for _, l := range trace.Layers(f.Bytes) {
		from, to := l.Fields[0].Offset, 0
		for _, field := range l.Fields {
			to = max(to, field.Offset+field.Length)
		}
		out = append(out, to-from)
	}
	return out
}

var dumpLine = regexp.MustCompile(`(?m)^ *(\d+)  ((?:[0-9a-f]{2} ?)+)$`)

// TestTheARPFrameIsTheOneInTheText compares the hex dump with the frame.
func TestTheARPFrameIsTheOneInTheText(t *testing.T) {
	f := first(t, func(p trace.Packet) bool { return p.Protocol == "ARP" })
	var quoted []byte
	for _, m := range dumpLine.FindAllStringSubmatch(text(t), -1) {
		assert.Equal(t, strconv.Itoa(len(quoted)), m[1])
		b, err := hex.DecodeString(strings.ReplaceAll(m[2], " ", ""))
		require.NoError(t, err)
		quoted = append(quoted, b...)
	}
	assert.Equal(t, f.Bytes, quoted)
	assert.Len(t, quoted, 42)
}

// TestThePredictionsHaveTheirAnswers holds the numbers that the text gives away
// after the run.
func TestThePredictionsHaveTheirAnswers(t *testing.T) {
	run := recorded(t)
	n, err := headerBytes(run)
	require.NoError(t, err)
	assert.Equal(t, 66, n)
	n, err = httpFrames(run)
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	_, err = headerBytes(nil)
	require.ErrorIs(t, err, course.ErrNoWire)
	_, err = httpFrames(nil)
	require.ErrorIs(t, err, course.ErrNoWire)
}
