package study

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/learnnet/learnnet/internal/check"
)

// countEnv makes this executable a process that counts hints in the file it
// names.
const countEnv = "LEARNNET_TEST_COUNT"

const countEach = 50

func TestMain(m *testing.M) {
	if path := os.Getenv(countEnv); path != "" {
		os.Exit(countHints(path))
	}
	os.Exit(m.Run())
}

func countHints(path string) int {
	for range countEach {
		err := Store{Path: path}.Update(context.Background(), func(p *Progress) error {
			p.Topic("ports").HintGiven("opens")
			return nil
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return 0
}

func testStore(t *testing.T) Store {
	t.Helper()
	return Store{Path: filepath.Join(t.TempDir(), "learnnet", "progress.json"), Damaged: func(kept string, why error) {
		assert.Fail(t, "progress is called damaged", "%s: %v", kept, why)
	}}
}

func TestProgressIsEmptyBeforeAnythingIsDone(t *testing.T) {
	s := testStore(t)
	p, err := s.Load(t.Context())
	require.NoError(t, err)
	assert.Empty(t, p.Topics)
	assert.NoFileExists(t, s.Path, "looking writes nothing")
}

func TestProgressComesBackAsItWasStored(t *testing.T) {
	s := testStore(t)
	now := time.Now().Round(0)
	var stored Progress
	require.NoError(t, s.Update(t.Context(), func(p *Progress) error {
		topic := p.Topic("ports")
		topic.Read = now
		topic.Answered("closed", false, now)
		topic.Answered("closed", true, now)
		topic.CauseHintGiven("opens", check.KindRefused)
		p.Checked(check.Report{Exercise: "ports", Verdict: check.Failed, Score: 40, MaxScore: 100, Seed: 7}, now)
		stored = *p
		return nil
	}))
	p, err := s.Load(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Answer{First: false, Last: true, At: now.UTC()}, inUTC(p.Topic("ports").Answers["closed"]))
	assert.True(t, p.Topic("ports").HadCauseHint("opens", check.KindRefused))
	assert.False(t, p.Topic("ports").HadCauseHint("opens", check.KindReset))
	assert.Equal(t, "ports", p.LastExercise)
	assert.Equal(t, stored.Topic("ports").Best.Score, p.Topic("ports").Best.Score)
	assert.True(t, now.Equal(p.Topic("ports").Read))
}

func inUTC(a Answer) Answer { a.At = a.At.UTC(); return a }

func TestAChangeThatFailsStoresNothing(t *testing.T) {
	s := testStore(t)
	refused := errors.New("refused")
	err := s.Update(t.Context(), func(p *Progress) error { p.LastExercise = "ports"; return refused })
	require.ErrorIs(t, err, refused)
	assert.NoFileExists(t, s.Path)
}

func TestManyProcessesAtOnceLoseNothing(t *testing.T) {
	s := testStore(t)
	self, err := os.Executable()
	require.NoError(t, err)
	const processes = 6
	var wg sync.WaitGroup
	for range processes {
		wg.Go(func() {
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), countEnv+"="+s.Path)
			out, err := cmd.CombinedOutput()
			assert.NoError(t, err, "%s", out)
		})
	}
	wg.Wait()
	p, err := s.Load(t.Context())
	require.NoError(t, err)
	assert.Equal(t, processes*countEach, p.Topic("ports").Hints["opens"])
}

func TestADamagedFileIsKeptAsideUnderANameOfItsOwn(t *testing.T) {
	s := testStore(t)
	require.NoError(t, os.MkdirAll(filepath.Dir(s.Path), 0o755))
	var kept []string
	s.Damaged = func(path string, why error) {
		require.Error(t, why)
		kept = append(kept, path)
	}
	for i, garbage := range []string{"", "{", "[]", `{"topics": {}}`, `{"version": 1, "topics": 3}`, "\x00\xff"} {
		require.NoError(t, os.WriteFile(s.Path, []byte(garbage), 0o644))
		p, err := s.Load(t.Context())
		require.NoError(t, err, "%q", garbage)
		assert.Empty(t, p.Topics)
		require.Len(t, kept, i+1, "%q", garbage)
		assert.Equal(t, s.Path+".damaged-"+strconv.Itoa(i+1), kept[i])
		there, err := os.ReadFile(kept[i])
		require.NoError(t, err)
		assert.Equal(t, garbage, string(there))
	}
	require.NoError(t, os.WriteFile(s.Path, []byte("{"), 0o644))
	require.NoError(t, s.Update(t.Context(), func(p *Progress) error { p.LastExercise = "ports"; return nil }))
	assert.Len(t, kept, 7, "an update notices too")
	p, err := s.Load(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "ports", p.LastExercise)
}

func TestTheFileOfANewerLearnnetIsLeftAlone(t *testing.T) {
	s := testStore(t)
	require.NoError(t, os.MkdirAll(filepath.Dir(s.Path), 0o755))
	newer := `{"version": 2, "stars": 7}`
	require.NoError(t, os.WriteFile(s.Path, []byte(newer), 0o644))
	var e *NewerError
	_, err := s.Load(t.Context())
	require.ErrorAs(t, err, &e)
	require.ErrorContains(t, err, s.Path)
	require.ErrorAs(t, s.Update(t.Context(), func(*Progress) error { return nil }), &e)
	there, err := os.ReadFile(s.Path)
	require.NoError(t, err)
	assert.Equal(t, newer, string(there))
}

func TestAFolderThatCannotBeWrittenIsAnErrorThatNamesIt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file in the place of a folder reads differently there")
	}
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	err := Store{Path: filepath.Join(file, "progress.json")}.Update(t.Context(), func(*Progress) error { return nil })
	require.ErrorContains(t, err, file)
}

func TestTheBestResultStays(t *testing.T) {
	var p Progress
	now := time.Now()
	score := func(v check.Verdict, points int) *Topic {
		p.Checked(check.Report{Exercise: "ports", Verdict: v, Score: points, MaxScore: 100}, now)
		return p.Topic("ports")
	}
	assert.Equal(t, 40, score(check.Failed, 40).Best.Score)
	assert.Equal(t, 40, score(check.Failed, 20).Best.Score, "a worse one is not the best")
	assert.Equal(t, 20, p.Topic("ports").Last.Score)
	assert.Equal(t, 40, score(check.Broken, 90).Best.Score, "a broken check proves nothing")
	assert.True(t, score(check.Passed, 100).Passed())
	assert.True(t, score(check.Failed, 10).Passed(), "what was passed stays passed")
}

func FuzzProgress(f *testing.F) {
	f.Add([]byte(`{"version": 1, "topics": {"ports": {"read": "2026-01-02T03:04:05Z", "best": {"verdict": "passed"}}}}`))
	f.Add([]byte(`{"version": 1, "topics": {"ports": null}}`))
	f.Add([]byte(`{"version": 9}`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, raw []byte) {
		kept := ""
		s := Store{Path: filepath.Join(t.TempDir(), "progress.json"), Damaged: func(path string, _ error) { kept = path }}
		require.NoError(t, os.WriteFile(s.Path, raw, 0o644))
		err := s.Update(t.Context(), func(p *Progress) error { p.Topic("ports").HintGiven("opens"); return nil })
		if _, newer := errors.AsType[*NewerError](err); newer {
			there, err := os.ReadFile(s.Path)
			require.NoError(t, err)
			require.Equal(t, raw, there)
			return
		}
		require.NoError(t, err)
		if kept != "" {
			there, err := os.ReadFile(kept)
			require.NoError(t, err)
			require.Equal(t, raw, there)
		}
		kept = ""
		p, err := s.Load(t.Context())
		require.NoError(t, err)
		require.Empty(t, kept, "what we write, we can read")
		require.Contains(t, p.Topic("ports").Hints, "opens")
	})
}
