package tcpvsudp

import (
	"math"
	"os"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

func recording(t *testing.T) []trace.Event {
	t.Helper()
	f, err := os.Open("recording.jsonl")
	require.NoError(t, err)
	defer f.Close()
	run, err := trace.ReadJSON(f)
	require.NoError(t, err)
	return run
}

// headerLength returns how many bytes a header has as it goes out.
func headerLength(t *testing.T, h gopacket.SerializableLayer) int {
	t.Helper()
	out := gopacket.NewSerializeBuffer()
	require.NoError(t, gopacket.SerializeLayers(out, gopacket.SerializeOptions{FixLengths: true}, h))
	return len(out.Bytes())
}

// TestSizesAreWhatTheLessonSays holds the numbers of the lesson's text, by
// theory and in the recording.
func TestSizesAreWhatTheLessonSays(t *testing.T) {
	tcp, udp, ip := headerLength(t, &layers.TCP{}), headerLength(t, &layers.UDP{}), headerLength(t, &layers.IPv4{
		Version: 4, SrcIP: lab.ClientIP.AsSlice(), DstIP: lab.ServerIP.AsSlice()})
	assert.Equal(t, 20, tcp)
	assert.Equal(t, 8, udp)
	assert.Equal(t, 20, ip)
	assert.Equal(t, 65507, math.MaxUint16-ip-udp, "the longest datagram")
	assert.Equal(t, 1472, 1500-ip-udp, "the longest that an Ethernet carries in one piece")

	const ethernet = 14
	run := recording(t)
	assert.Equal(t, 69, frameOfOne(t, run, tcpPerfect))
	assert.Equal(t, 32, 69-len("one")-ip-ethernet, "TCP's header with time stamps")
	assert.Equal(t, ethernet+ip+udp+len("one"), frameOfOne(t, run, udpPerfect))
	assert.Equal(t, 45, frameOfOne(t, run, udpPerfect))
}

// frameOfOne returns the length of the frame that carries "one" in an act.
func frameOfOne(t *testing.T, run []trace.Event, act int) int {
	t.Helper()
	var d trace.Decoder
	for _, e := range inAct(run, act) {
		if p, ok := d.Decode(e); ok && string(p.Payload) == "one" {
			return e.Frame.Length
		}
	}
	require.Fail(t, "nobody sends one", "act %d", act)
	return 0
}

// TestPredictionsHaveTheAnswersThatTheLessonGives holds what the text says
// plainly; the quiz computes it from the learner's own run.
func TestPredictionsHaveTheAnswersThatTheLessonGives(t *testing.T) {
	run := recording(t)
	for name, want := range map[string]int{"first-read": 19, "crossings": 3, "udp-reads": 4} {
		got, err := Lesson.Predictions[name](run)
		require.NoError(t, err)
		assert.Equal(t, want, got, name)
		_, err = Lesson.Predictions[name](nil)
		assert.Error(t, err, "a run in which nothing happened proves nothing: %s", name)
	}
	n, err := crossingsToData(inAct(run, udpPerfect), "UDP")
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, []string{"one", "two", "three", "four", "five"}, printed(run, udpPerfect))
	assert.Equal(t, []string{"one", "twothree", "four", "five"}, printed(run, tcpBad))
	assert.Equal(t, []string{"one", "three", "five", "four"}, printed(run, udpBad))
}

// TestTCPBeginsWithTenSegments holds what the lesson says of the last two acts:
// how much is sent before the first acknowledgement comes.
func TestTCPBeginsWithTenSegments(t *testing.T) {
	run := recording(t)
	for act, want := range map[int]int{tcpLong: 10, udpLong: burst / piece} {
		var d trace.Decoder
		sent := 0
		for _, e := range inAct(run, act) {
			p, ok := d.Decode(e)
			if ok && e.Host == trace.Client && p.Length > 0 {
				assert.Equal(t, piece, p.Length)
				sent++
			}
			if ok && e.Host == trace.Server && sent > 0 {
				break
			}
		}
		assert.Equal(t, want, sent, "act %d", act)
	}
}
