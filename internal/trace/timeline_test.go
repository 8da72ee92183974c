package trace

import (
	"bytes"
	"context"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func frameEvent(length int) Event {
	return Event{Kind: KindFrame, Host: Client, Frame: &Frame{Bytes: make([]byte, length), Length: length, Fate: Delivered}}
}

func TestTimelineOrdersEventsOfManySources(t *testing.T) {
	const sources, each = 8, 500
	tl := New()
	var wg sync.WaitGroup
	for s := range sources {
		wg.Go(func() {
			for n := range each {
				tl.Add(Event{Kind: KindProcess, Process: &Process{PID: s*each + n}})
			}
		})
	}
	wg.Wait()

	events := tl.Events()
	require.Len(t, events, sources*each)
	last := make(map[int]int)
	for i, e := range events {
		assert.Equal(t, i, e.Seq)
		if i > 0 {
			assert.GreaterOrEqual(t, e.At, events[i-1].At)
		}
		source := e.Process.PID / each
		assert.Equal(t, last[source], e.Process.PID%each, "events of one source keep their order")
		last[source]++
	}
}

func TestReadersSeeEachEventOnceFromAnywhere(t *testing.T) {
	tl := New()
	const n = 2*blockEvents + 5
	for range n {
		tl.Add(Event{Action: &Action{}})
	}
	tl.Close()
	for _, seq := range []int{0, 1, blockEvents - 1, blockEvents, blockEvents + 1, n - 1} {
		events := tl.From(seq)
		require.Len(t, events, n-seq)
		for i, e := range events {
			require.Equal(t, seq+i, e.Seq)
		}
	}
	assert.Empty(t, tl.From(n))
	next := 0
	for e := range tl.Follow(t.Context()) {
		require.Equal(t, next, e.Seq)
		next++
	}
	assert.Equal(t, n, next)
}

func TestTimelineCopiesFrameBytes(t *testing.T) {
	tl := New()
	buf := []byte("first")
	tl.Add(Event{Kind: KindFrame, Frame: &Frame{Bytes: buf, Length: len(buf)}})
	copy(buf, "XXXXX")
	assert.Equal(t, "first", string(tl.Events()[0].Frame.Bytes))
}

func TestTimelineIgnoresEventsAfterClose(t *testing.T) {
	tl := New()
	tl.Add(Event{Kind: KindAction})
	tl.Close()
	tl.Add(Event{Kind: KindAction})
	assert.Equal(t, 1, tl.Len())
}

func TestFollowSeesEveryEventAndEndsAtClose(t *testing.T) {
	const total = 2000
	tl := New()
	tl.Add(Event{Kind: KindAction}) // there before anybody follows
	var followers sync.WaitGroup
	counts := make([]int, 3)
	for i := range counts {
		followers.Go(func() {
			for e := range tl.Follow(t.Context()) {
				if e.Seq != counts[i] {
					t.Errorf("follower %d got event %d; want %d", i, e.Seq, counts[i])
					return
				}
				counts[i]++
			}
		})
	}
	for range total - 1 {
		tl.Add(Event{Kind: KindAction})
	}
	tl.Close()
	followers.Wait()
	assert.Equal(t, []int{total, total, total}, counts)
}

func TestFollowEndsWithItsContextWhileEventsKeepComing(t *testing.T) {
	tl := New()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tl.Add(Event{Kind: KindAction})
	seen := 0
	for range tl.Follow(ctx) {
		cancel()
		tl.Add(Event{Kind: KindAction}) // one more for each that is seen
		if seen++; seen > 100 {
			break
		}
	}
	assert.Equal(t, 1, seen)
}

func TestFollowEndsWithItsContextWhenNothingHappens(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	for range New().Follow(ctx) {
		t.Fatal("an empty timeline yielded an event")
	}
	assert.Error(t, ctx.Err())
}

func TestTimelineTrimsOldestPayloadsAndKeepsHeaders(t *testing.T) {
	tl := New()
	tl.keep = 10_000
	for range 30 {
		tl.Add(frameEvent(1000))
	}
	events := tl.Events()
	require.Len(t, events, 30)
	whole := 0
	for i, e := range events {
		assert.Equal(t, 1000, e.Frame.Length, "the length is told whatever is kept")
		if len(e.Frame.Bytes) == 1000 {
			whole++
			continue
		}
		assert.Len(t, e.Frame.Bytes, keepHead)
		assert.Zero(t, whole, "frame %d was trimmed and an older one was not", i)
	}
	assert.Equal(t, 10, whole)
}

func TestTimelineDoesNotChangeFramesThatReadersHold(t *testing.T) {
	tl := New()
	tl.keep = 2000
	tl.Add(frameEvent(1000))
	held := tl.Events()[0].Frame
	for range 10 {
		tl.Add(frameEvent(1000))
	}
	assert.Len(t, held.Bytes, 1000)
	assert.Len(t, tl.Events()[0].Frame.Bytes, keepHead)
}

func TestSmallFramesDoNotCostLargeOnesTheirPayload(t *testing.T) {
	tl := New()
	tl.keep = 10_000
	for range 1000 {
		tl.Add(frameEvent(60)) // nothing to trim: not counted
	}
	tl.Add(frameEvent(1000))
	tl.Add(frameEvent(60))
	assert.Len(t, tl.Events()[1000].Frame.Bytes, 1000)
}

func TestTimelineMemoryIsBoundedByWhatItKeeps(t *testing.T) {
	const frames, size = 60_000, 1500 // 90 MB, an acknowledgement behind each
	tl := New()
	tl.keep = 4 << 20
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	large, small := frameEvent(size), frameEvent(66)
	before := heap()
	for range frames {
		tl.Add(large)
		tl.Add(small)
	}
	grown := int64(heap()) - int64(before)
	assert.Equal(t, 2*frames, tl.Len())
	assert.Less(t, grown, int64(60<<20), "90 MB crossed the wire")
}

func TestTimelineSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(genEvent(), 0, 10).Draw(t, "events")
		var b bytes.Buffer
		require.NoError(t, WriteJSON(&b, slices.Values(events)))
		assert.Equal(t, len(events), strings.Count(b.String(), "\n"), "one line an event")
		read, err := ReadJSON(&b)
		require.NoError(t, err)
		assert.Equal(t, len(events), len(read))
		for i := range events {
			assert.Equal(t, events[i], read[i])
		}
	})
}

func TestReadJSONNamesTheDamagedEvent(t *testing.T) {
	events, err := ReadJSON(strings.NewReader("{\"seq\":0}\n{\"seq\":"))
	assert.Nil(t, events)
	assert.ErrorContains(t, err, "read timeline: event 1: ")
}

func genEvent() *rapid.Generator[Event] {
	bytesOf := rapid.SliceOfN(rapid.Byte(), 1, 50)
	return rapid.Custom(func(t *rapid.T) Event {
		e := Event{
			Seq:  rapid.IntRange(0, 1e6).Draw(t, "seq"),
			At:   time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "at")),
			Host: rapid.SampledFrom([]Host{Client, Server}).Draw(t, "host"),
			Kind: rapid.SampledFrom([]Kind{KindFrame, KindProcess, KindOutput, KindInput, KindAction, KindCall, KindSocket, KindRelay}).Draw(t, "kind"),
		}
		name := rapid.String().Draw(t, "name")
		switch e.Kind {
		case KindFrame:
			e.Frame = &Frame{
				Bytes:  bytesOf.Draw(t, "frame"),
				Length: rapid.IntRange(0, 65_549).Draw(t, "length"),
				Fate:   rapid.SampledFrom([]Fate{Delivered, Dropped, Duplicated, Corrupted}).Draw(t, "fate"),
				Held:   time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "held")),
			}
		case KindProcess:
			e.Process = &Process{Program: name, PID: rapid.Int().Draw(t, "pid"), Args: rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "args")}
			if rapid.Bool().Draw(t, "ended") {
				e.Process.Exit = &Exit{Status: rapid.IntRange(-1, 255).Draw(t, "status"), Signal: rapid.String().Draw(t, "signal")}
			}
		case KindOutput:
			e.Output = &Output{Program: name, Stream: rapid.SampledFrom([]Stream{Stdout, Stderr}).Draw(t, "stream"), Data: bytesOf.Draw(t, "data")}
		case KindInput:
			e.Input = &Input{Program: name, Data: bytesOf.Draw(t, "data"), EOF: rapid.Bool().Draw(t, "eof")}
		case KindAction:
			e.Action = &Action{Actor: name, Text: rapid.String().Draw(t, "text"), Data: bytesOf.Draw(t, "data")}
		case KindCall:
			e.Call = &Call{Program: name, PID: rapid.Int().Draw(t, "pid"), Number: rapid.Int().Draw(t, "number"), Name: "recv",
				Args: rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "args"), FD: rapid.IntRange(-1, 1024).Draw(t, "fd"),
				Sock: rapid.Uint64().Draw(t, "sock"), Data: bytesOf.Draw(t, "data")}
			if rapid.Bool().Draw(t, "returned") {
				e.Call.Return = &Return{Value: rapid.Int64().Draw(t, "value"), Errno: rapid.String().Draw(t, "errno"),
					Waited: time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "waited"))}
			}
		case KindSocket:
			local := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, rapid.Byte().Draw(t, "address")}), rapid.Uint16().Draw(t, "port"))
			e.Socket = &Socket{Network: "tcp", State: name, Local: local, RecvQ: rapid.Uint32().Draw(t, "queue"),
				Inode: rapid.Uint64().Draw(t, "inode"), Was: rapid.String().Draw(t, "was"), Gone: rapid.Bool().Draw(t, "gone")}
		}
		if e.Kind == KindRelay {
			at := func(name string) netip.AddrPort {
				return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), rapid.Uint16().Draw(t, name))
			}
			e.Relay = &Relay{Network: "udp", Conn: rapid.IntRange(1, 100).Draw(t, "conn"),
				What:   rapid.SampledFrom([]RelayWhat{RelayConnected, RelayData, RelayEnded, RelayReset, RelayRefused, RelayFailed}).Draw(t, "what"),
				Client: at("client"), Via: at("via"), Data: bytesOf.Draw(t, "data"), Length: rapid.IntRange(0, 1e6).Draw(t, "length"), Error: name}
		}
		return e
	})
}

func TestTooManyFramesAreOnlyCounted(t *testing.T) {
	tl := New()
	tl.most = 3
	for range 5 {
		tl.Add(Event{Kind: KindFrame, Host: Client, Frame: &Frame{Bytes: []byte("frame")}})
	}
	tl.Add(Event{Kind: KindAction, Host: Client, Action: &Action{Actor: "checker", Text: "goes on"}})
	assert.Equal(t, 4, tl.Len(), "what isn't a frame is still recorded")
	assert.Equal(t, 2, tl.Unrecorded())
}

func TestCallsAreTrimmedAndCountedAsFramesAre(t *testing.T) {
	tl := New()
	tl.keep, tl.most = 1000, 4
	data := bytes.Repeat([]byte{'x'}, 600)
	call := func() Event { return Event{Kind: KindCall, Call: &Call{Name: "send", Data: data}} }
	first := tl.Add(call())
	tl.Add(call())
	assert.Len(t, first.Call.Data, 600, "what a reader holds stays as it is")
	assert.Len(t, tl.Events()[0].Call.Data, keepHead)
	assert.Len(t, tl.Events()[1].Call.Data, 600)
	data[0] = 'y'
	assert.EqualValues(t, 'x', tl.Events()[1].Call.Data[0], "the data is a copy")

	tl.Add(Event{Kind: KindSocket, Socket: &Socket{}})
	tl.Add(Event{Kind: KindAction, Action: &Action{}})
	for _, e := range []Event{call(), {Kind: KindSocket, Socket: &Socket{}}, frameEvent(60), {Kind: KindRelay, Relay: &Relay{}}} {
		tl.Add(e)
	}
	tl.Add(Event{Kind: KindAction, Action: &Action{}})
	assert.Len(t, tl.Events(), 5, "what a program can't flood us with is always kept")
	assert.Equal(t, 4, tl.Unrecorded())
}

func TestWhatARelaySawIsTrimmedAsCallsAre(t *testing.T) {
	tl := New()
	tl.keep = 1000
	data := bytes.Repeat([]byte{'x'}, 600)
	saw := func() Event {
		return Event{Kind: KindRelay, Relay: &Relay{What: RelayData, Data: data, Length: len(data)}}
	}
	first := tl.Add(saw())
	tl.Add(saw())
	assert.Len(t, first.Relay.Data, 600, "what a reader holds stays as it is")
	assert.Len(t, tl.Events()[0].Relay.Data, keepHead)
	assert.Equal(t, 600, tl.Events()[0].Relay.Length)
	assert.Len(t, tl.Events()[1].Relay.Data, 600)
	data[0] = 'y'
	assert.EqualValues(t, 'x', tl.Events()[1].Relay.Data[0], "the data is a copy")
}

func TestARelaysSummary(t *testing.T) {
	for want, r := range map[string]Relay{
		"connects":            {What: RelayConnected},
		`"hello!" 6 bytes`:    {What: RelayData, Data: []byte("hello!"), Length: 6},
		`"" 0 bytes`:          {What: RelayData},
		`"a\x1b\xff" 3 bytes`: {What: RelayData, Data: []byte("a\x1b\xff"), Length: 3},
		`"!" 1 byte`:          {What: RelayData, Data: []byte("!"), Length: 1},
		`"` + strings.Repeat("x", 40) + `"... 70000 bytes`: {What: RelayData, Data: bytes.Repeat([]byte{'x'}, CallData), Length: 70000},
		"ends its stream":            {What: RelayEnded},
		"resets":                     {What: RelayReset},
		"refuses":                    {What: RelayRefused},
		"fails: too many open files": {What: RelayFailed, Error: "too many open files"},
	} {
		assert.Equal(t, want, r.Summary())
	}
}
