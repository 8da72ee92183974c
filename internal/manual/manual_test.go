package manual

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestEveryCallHasItsTextAndPage(t *testing.T) {
	for name, c := range calls {
		assert.Regexp(t, `^[a-z]+(_[a-z]+)?\([23]\)$`, c.page)
		sentence(t, name, c.text)
	}
	for _, name := range strings.Fields(`socket bind listen accept accept4 connect send sendto sendmsg recv recvfrom recvmsg
		read readv write writev sendfile shutdown close setsockopt getsockopt getsockname getpeername poll select epoll_wait`) {
		_, _, ok := Call(name)
		assert.True(t, ok, name)
	}
	_, page, _ := Call("accept4")
	assert.Equal(t, "accept(2)", page, "one page for both")
	_, _, ok := Call("fork")
	assert.False(t, ok)
	_, _, ok = Call("")
	assert.False(t, ok)
}

func TestEveryErrorIsExplainedInWords(t *testing.T) {
	for name, text := range errnos {
		assert.Regexp(t, `^E[A-Z]+$`, name)
		sentence(t, name, text)
	}
	assert.Equal(t, "nobody listens there", Errno("ECONNREFUSED"))
	assert.Empty(t, Errno("ENOSUCHTHING"))
}

func sentence(t *testing.T, name, text string) {
	t.Helper()
	assert.NotEmpty(t, text, name)
	assert.NotRegexp(t, `[.:;,]$|  `, text, name)
	first, _ := utf8.DecodeRuneInString(text)
	assert.Equal(t, strings.ToLower(string(first)), string(first), name)
	for _, r := range text {
		assert.True(t, r >= ' ' && r < utf8.RuneSelf, "%s: %q, which not every terminal can show", name, r)
	}
}

func TestWhatWaitsIsKnown(t *testing.T) {
	for name := range atOnce {
		assert.Contains(t, calls, name)
		assert.False(t, Waits(name))
	}
	assert.True(t, Waits("accept"))
}
