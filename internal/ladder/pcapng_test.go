package ladder

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/trace"
)

func TestPcapngHoldsEveryFrameAndWhatBefellIt(t *testing.T) {
	start := time.Date(2026, 3, 14, 15, 9, 26, 535_897_932, time.UTC)
	events := recorded(t, "faults")
	events = append(events, trace.Event{Kind: trace.KindFrame, Host: trace.Client, At: time.Minute,
		Frame: &trace.Frame{Bytes: make([]byte, 128), Length: 1514, Fate: trace.Delivered}}) // trimmed
	var file bytes.Buffer
	require.NoError(t, WritePcapng(&file, slices.Values(events), start))

	r, err := pcapgo.NewNgReader(&file, pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	assert.Equal(t, layers.LinkTypeEthernet, r.LinkType())
	assert.Equal(t, "learnnet", r.SectionInfo().Application)
	var told []string
	for _, e := range events {
		if e.Frame == nil {
			continue
		}
		data, info, options, err := r.ReadPacketDataWithOptions()
		require.NoError(t, err)
		assert.Equal(t, e.Frame.Bytes, data)
		assert.Equal(t, e.Frame.Length, info.Length)
		assert.True(t, start.Add(e.At).Equal(info.Timestamp), "%v", info.Timestamp)
		nic, err := r.Interface(info.InterfaceIndex)
		require.NoError(t, err)
		assert.Equal(t, string(e.Host), nic.Name)
		assert.Equal(t, "what the "+string(e.Host)+" sent", nic.Description)
		assert.Equal(t, comments(e.Frame), options.Comments)
		told = append(told, options.Comments...)
	}
	_, _, err = r.ReadPacketData()
	require.ErrorIs(t, err, io.EOF)
	assert.Len(t, told, 5, "two frames lost, one copied, one damaged, one held")
}

func TestPcapngOfNothingIsAValidFile(t *testing.T) {
	var file bytes.Buffer
	require.NoError(t, WritePcapng(&file, slices.Values([]trace.Event(nil)), time.Now()))
	r, err := pcapgo.NewNgReader(&file, pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	_, _, err = r.ReadPacketData()
	assert.ErrorIs(t, err, io.EOF)
}

func TestPcapngReportsAFailedWrite(t *testing.T) {
	full := errors.New("disk full")
	err := WritePcapng(failing{full}, slices.Values(recorded(t, "hello")), time.Now())
	assert.ErrorIs(t, err, full)
	assert.ErrorContains(t, err, "write pcapng: ")
}
