package ipaddresses

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReadAnswers(t *testing.T) {
	for _, c := range []struct{ printed, stray string }{
		{"input: 1.2.3.4\nbinary: 0\n\ninput: x\nerror: no\n", ""},
		{">>> input: 1.2.3.4\r\n  binary:0\r\n\r\n>>> input:x\r\nerror: no\r\n>>> ", ""},
		{"input: 1.2.3.4\nbinary: 0\ninput: x\nerror: no", ""},
		{"binary: 0\ninput: x\nerror: no\n", "binary: 0"},
		{"input: x\nerror: no\nerror: no\n", "error: no"},
		{"Address: input: x\n", "Address: input: x"},
		{"input: x\nerror: one\ntwo\n", "two"},
		{"1.2.3.4\n", "1.2.3.4"},
	} {
		answers, stray := readAnswers(c.printed)
		assert.Equal(t, c.stray, stray, "%q", c.printed)
		if c.stray != "" {
			continue
		}
		if assert.Len(t, answers, 2, "%q", c.printed) {
			assert.Equal(t, map[string]string{"input": "1.2.3.4", "binary": "0"}, answers[0].fields)
			assert.Equal(t, map[string]string{"input": "x", "error": "no"}, answers[1].fields)
		}
	}
}

// What many lines are answered with is kept whole: a lab keeps the first and
// the last 512 KiB of an output. A prompt, "\r\n" and an empty line after each
// answer fit in.
func TestManyAnswersAreKept(t *testing.T) {
	for seed := range uint64(20) {
		size := 0
		for _, line := range manyLines(rand.New(rand.NewPCG(seed, 0))) {
			size += len(">>> input: \r\n\r\n") + len(line)
			for name, value := range answerTo(line) {
				assert.NotEqual(t, fieldError, name, line)
				size += len(fmt.Sprintf("%s: %s\r\n", name, value))
			}
		}
		assert.Less(t, size, 1<<20)
	}
}
