package ladder

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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
	require.NoError(t, WritePcapng(&file, slices.Values(events), start, testNames))

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
	require.NoError(t, WritePcapng(&file, slices.Values([]trace.Event(nil)), time.Now(), nil))
	r, err := pcapgo.NewNgReader(&file, pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	_, _, err = r.ReadPacketData()
	assert.ErrorIs(t, err, io.EOF)
}

func TestPcapngReportsAFailedWrite(t *testing.T) {
	full := errors.New("disk full")
	err := WritePcapng(failing{full}, slices.Values(recorded(t, "hello")), time.Now(), nil)
	assert.ErrorIs(t, err, full)
	assert.ErrorContains(t, err, "write pcapng: ")
}

// tshark is a reader of the format that isn't ours.
// testNames are the hosts' names in the recorded runs.
var testNames = map[netip.Addr]string{netip.MustParseAddr("10.0.0.1"): "client", netip.MustParseAddr("10.0.0.2"): "server",
	netip.MustParseAddr("fd00::2"): "server"}

func TestTsharkReadsPcapng(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed: nobody else to read the file")
	}
	for _, name := range []string{"faults", "calls"} {
		t.Run(name, func(t *testing.T) {
			events := recorded(t, name)
			var want []string
			for _, e := range events {
				if e.Frame != nil {
					want = append(want, strings.Join(comments(e.Frame), ","))
				}
			}
			path := filepath.Join(t.TempDir(), "run.pcapng")
			file, err := os.Create(path)
			require.NoError(t, err)
			require.NoError(t, WritePcapng(file, slices.Values(events), time.Now(), testNames))
			require.NoError(t, file.Close())

			assert.Equal(t, want, readByTshark(t, tshark, path, "frame.comment"))
			hosts := readByTshark(t, tshark, path, "ip.src_host", "-N", "n")
			assert.Contains(t, hosts, "client")
			assert.Contains(t, hosts, "server")
		})
	}
}

// readByTshark returns a field of every packet, and wants no complaint about
// the file.
func readByTshark(t *testing.T, tshark, path, field string, flags ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tshark, append([]string{"-r", path, "-T", "fields", "-e", field}, flags...)...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "LC_ALL=C") // somebody's settings may say otherwise
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	require.NoError(t, err, "tshark: %s", &complaints)
	for line := range strings.Lines(complaints.String()) {
		if !strings.HasPrefix(line, "Running as user \"root\"") {
			assert.Empty(t, strings.TrimSpace(line), "tshark complains")
		}
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}
