package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/step"
	"github.com/learnnet/learnnet/internal/term"
	"github.com/learnnet/learnnet/internal/trace"
)

func TestFaultsAreKeptInFilesOfTheirOwn(t *testing.T) {
	streams, _, _ := term.Test("")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "faults.jsonl"), []byte("somebody's\n"), 0o644))
	given := lab.Script{{Frame: lab.FrameName{From: trace.Server, What: "UDP 1", N: 3}, Fault: lab.Fault{Delay: time.Second}, Until: 4}}
	control := step.New(true)
	o := wireOptions{rates: lab.Rates{Loss: 0.25, Delay: 20 * time.Millisecond}}
	f := &faultFile{a: &app{Streams: streams, dir: dir}, control: control, before: given,
		again: "learnnet trace greeting" + o.again(7), behind: " -- hello"}

	decided := make(chan lab.Fault)
	go func() {
		decided <- control.Plan(t.Context(), nil)(lab.WireFrame{From: trace.Client, N: 1, Bytes: []byte{1}})
	}()
	for changed := control.Changed(); ; changed = control.Changed() {
		if control.Do(lab.Fault{Drop: true}) {
			break
		}
		<-changed
	}
	<-decided
	for range 2 { // the second time over the first
		how, err := f.save()
		require.NoError(t, err)
		assert.Equal(t, "kept; to have it again: learnnet trace greeting --loss 0.25 --seed 7 --delay 20ms --faults faults-2.jsonl -- hello", how)
	}
	file, err := os.Open(filepath.Join(dir, "faults-2.jsonl"))
	require.NoError(t, err)
	defer file.Close()
	kept, err := lab.ReadScript(file)
	require.NoError(t, err)
	assert.Equal(t, append(given, lab.Deed{Frame: lab.FrameName{From: trace.Client, What: "Ethernet", N: 1}, Fault: lab.Fault{Drop: true}}), kept)

	f.a.dir, f.path = filepath.Join(dir, "nowhere"), ""
	_, err = f.save()
	assert.ErrorContains(t, err, "keep what you did to the wire: open ")
}
