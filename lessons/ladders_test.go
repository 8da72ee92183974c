package lessons_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/ladder"
	"github.com/learnnet/learnnet/internal/trace"
)

var update = flag.Bool("update", false, "write what is drawn to testdata instead of comparing it")

// TestRecordingsAreDrawnAsBefore draws each lesson's recording as text and as a
// picture.
func TestRecordingsAreDrawnAsBefore(t *testing.T) {
	for _, l := range load(t).Topics {
		events, err := l.Recording()
		require.NoError(t, err)
		look := ladder.Options{Width: 80, Talkative: true, Title: l.Title, Names: map[trace.Host]string{
			trace.Client: lab.ClientIP.String(), trace.Server: lab.ServerIP.String()}}
		var text, picture bytes.Buffer
		require.NoError(t, ladder.WriteExcerpt(&text, events, look, 1<<20))
		require.NoError(t, ladder.WriteSVG(&picture, slices.Values(events), look))
		for name, drawn := range map[string]string{l.Slug + ".txt": text.String(), l.Slug + ".svg": picture.String()} {
			path := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(drawn), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), drawn, name)
		}
	}
}
