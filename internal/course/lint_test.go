package course

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lessonOf returns a lesson with that text.
func lessonOf(slug, text string) *Lesson {
	return &Lesson{Slug: slug, Text: text, Meta: Meta{Title: "A title", Minutes: 30, Needs: []string{"ports"}}}
}

func TestReferencesAreRFCsAndTheirSections(t *testing.T) {
	got, err := references("See RFC 768, RFC 9293 §3.5 and (RFC 9293\n§3.6.1 and §3.10.7.4). C11 §7.27.3.5 and ECMA-48 §5.4 are none. RFC 5905 §A.1.")
	require.NoError(t, err)
	assert.Equal(t, []reference{{"768", ""}, {"9293", ""}, {"9293", "3.5"}, {"9293", ""}, {"9293", "3.6.1"}, {"9293", "3.10.7.4"},
		{"5905", ""}, {"5905", "A.1"}}, got)
	for _, bad := range []string{"RFC9293", "RFC-9293", "RFC 9293, section 3.5", "RFC 9293 Section 3", "RFC 9293 §three", "RFC 9293 §3..5",
		"RFC 9293 says it (§3.5)", "§5 alone", "RFC 9293 §3.5, and later §3.6", "The book §5"} {
		_, err := references(bad)
		assert.Error(t, err, bad)
	}
}

func TestABibliographyHasAllThatIsReferredToAndNoMore(t *testing.T) {
	topic := topic("ports")
	topic.Exercise.Files = fstest.MapFS{"task.md": {Data: []byte("Read RFC 768 and https://example.org/book.")}}
	topic.Lesson.Files.(fstest.MapFS)["quiz.yaml"] = &fstest.MapFile{Data: []byte("- id: q\n  predict: true\n  text: See RFC 9293 §3.5?\n  why: so\n")}
	load := func(bibliography string) *Course {
		c, err := Load(Source{Topics: []Topic{topic}, Bibliography: []byte(bibliography)})
		require.NoError(t, err)
		return c
	}
	whole := "rfcs: [{number: 768, title: UDP}, {number: 9293, title: TCP, sections: ['3.5']}]\nlinks: [{title: A book, url: 'https://example.org/book'}]\n"
	c := load(whole)
	assert.NoError(t, c.lintSources(c.Topics[0]))
	assert.NoError(t, c.lintBibliography())

	c = load(strings.ReplaceAll(whole, "'3.5'", "'3.6'"))
	assert.ErrorContains(t, c.lintSources(c.Topics[0]), "question q: RFC 9293 §3.5 is not in the bibliography")
	assert.ErrorContains(t, c.lintBibliography(), "nobody is referred to RFC 9293 §3.6")
	c = load("rfcs: [{number: 768, title: UDP}, {number: 792, title: ICMP}]")
	assert.ErrorContains(t, c.lintSources(c.Topics[0]), "task.md: the link https://example.org/book")
	assert.ErrorContains(t, c.lintBibliography(), "RFC 792")
}

func TestALessonSendsItsReaderOn(t *testing.T) {
	c := &Course{Bibliography: Bibliography{Books: []Link{{Title: "A Good Book"}}}}
	for further, says := range map[string]string{
		"**Further reading.** RFC 768 and udp(7); *A Good\nBook*, chapter 2.": "",
		"**Further reading.** RFC 768, man 7 udp, and A Good Book.":           "",
		"Further reading: RFC 768, udp(7), A Good Book.":                      "no paragraph",
		"**Further reading.** udp(7) and A Good Book.":                        "no RFC",
		"**Further reading.** RFC 768 and A Good Book.":                       "no man page",
		"**Further reading.** RFC 768 and udp(7).\n\nA Good Book":             "none of the bibliography's books",
	} {
		err := c.lintFurtherReading(lessonOf("ports", "# T\n\n"+further+"\n\n## Traps\n"))
		if says == "" {
			assert.NoError(t, err, further)
		} else {
			assert.ErrorContains(t, err, says, further)
		}
	}
}

func TestSectionsAreFoundByTheirHeadings(t *testing.T) {
	l := lessonOf("ports", "# T\n\nBefore.\n\n## Why\n\nWhy.\n\n```sh\n## no heading\n```\n\n## What you saw\n\nThis.\n")
	assert.Equal(t, []Section{{"A title", "# T\n\nBefore.\n\n"}, {"Why", "## Why\n\nWhy.\n\n```sh\n## no heading\n```\n\n"}, {"What you saw", "## What you saw\n\nThis.\n"}}, l.Sections())
	for name, title := range map[string]string{"why": "Why", "w": "Why", "WHAT  You": "What you saw", "saw": "What you saw"} {
		s, err := l.Section(name)
		require.NoError(t, err, name)
		assert.Equal(t, title, s.Title, name)
	}
	for _, name := range []string{"", "aw", "no heading", "a title"} {
		_, err := l.Section(name)
		assert.ErrorContains(t, err, "it has: why, what you saw", name)
	}
	l.Text += "\n### A part of this\n\nPart.\n\n```sh\n### no heading\n```\n\n### Why not\n\n## Traps\n"
	for name, part := range map[string]string{
		"part": "### A part of this\n\nPart.\n\n```sh\n### no heading\n```\n\n", "Why Not": "### Why not\n\n",
		"wh": "## Why\n\nWhy.\n\n```sh\n## no heading\n```\n\n", // a section comes before a part
	} {
		s, err := l.Section(name)
		require.NoError(t, err)
		assert.Equal(t, part, s.Text)
	}
	_, err := l.Section("nothing")
	assert.ErrorContains(t, err, "it has: why, what you saw, a part of this, why not, traps")
	assert.Equal(t, "About 30 minutes, with its exercise. Read before: ports.", l.About())
}

func TestReadingIsMeasuredInSentences(t *testing.T) {
	assert.NoError(t, lessonOf("a", "# T\n\n## Why\n\nShort. It is short: `code with very many words in it, "+strings.Repeat("word ", 50)+"`.\n").lintReading())
	assert.ErrorContains(t, lessonOf("a", "## Why\n\n"+strings.Repeat("word ", 39)+"end.\n").lintReading(), "a sentence has 40 words")
	assert.ErrorContains(t, lessonOf("a", "## Why\n\n"+strings.Repeat("one two three four five six seven eight nine ten eleven twelve more and more. ", 5)).lintReading(), "15.0 words on average")
}

func TestNothingIsExplainedTwice(t *testing.T) {
	same := "every byte has a number and the number of the first is one"
	both := func(section, of1, of2 string) error {
		c := &Course{Topics: []*Lesson{lessonOf("a", "## "+section+"\n\n"+of1+"\n"), lessonOf("b", "## "+section+"\n\n"+of2+"\n")},
			Glossary: []Term{{Name: "datagram", Also: []string{"UDP message"}, Lesson: "b"}}}
		return c.lintTwice()
	}
	for _, twice := range []struct{ of1, of2, says string }{
		{"In TCP " + same + ".", "As we know, Every byte has a *number*,\nand the number of the first is one.", `a and b both say "every byte has a number and the number"`},
		{"**\"One write is one read.\"** No.", "**One write is one read.** Still no.", `a and b both explain "One write is one read"`},
		{"**\"When the server has ended, its address is free.\"** No.", "**\"A port is free when its server has ended.\"** No.", "a and b both explain"},
		{"Unheard of (RFC 1122 §4.1.3.1).", "Its host says so (RFC 1122\n§4.1.3.1).", "a and b both rest on RFC 1122 §4.1.3.1"},
		{"It is a **datagram**.", "", "a explains datagram"},
		{"UDP carries **datagrams**: one call sends one.", "", "a explains datagram"},
		{"So far. A *datagram* is\na message that travels by itself.", "", `a explains datagram (". A datagram is a")`},
		{"What UDP carries is called a `UDP message`.", "", "a explains datagram"},
	} {
		assert.ErrorContains(t, both("The idea", twice.of1, twice.of2), twice.says)
		assert.NoError(t, both("Run", twice.of1, twice.of2), "how to run things is told alike everywhere")
	}
	for _, once := range [][2]string{
		{"**Act 1: a path.** First (RFC 768).", "**Act 1: an address.** Second (RFC 768)."},
		{"**Who has 10.0.0.2?** The lesson on [TCP and UDP](tcp-vs-udp) says.", "**Bound to 10.0.0.2.** As the lesson on [TCP and UDP](tcp-vs-udp) says."},
		{"**\"Silent means closed.\"** No.", "**\"The server answers from a new port.\"** No."},
		{"**Further reading.** RFC 1122 §4.1.3.1.", "Its host says so (RFC 1122 §4.1.3.1)."},
		{"The datagram is gone, and a datagram has no end. The [datagram](b) is explained elsewhere.", "A datagram is a message. It is called a UDP message."},
	} {
		assert.NoError(t, both("Traps", once[0], once[1]))
	}
}

func TestAGlossaryIsInOrderAndEachTermOnce(t *testing.T) {
	for text, says := range map[string]string{
		"- {term: b, text: t, lesson: a}\n- {term: a, text: t, lesson: a}":            "alphabetical",
		"- {term: a, text: t, lesson: a}\n- {term: b, also: [A], text: t, lesson: a}": "twice",
		"- {term: a, lesson: a}":                      "needs a name",
		"- {term: a, text: t, lesson: a, lessons: b}": "lessons",
	} {
		_, err := parseGlossary([]byte(text))
		assert.ErrorContains(t, err, says, text)
	}
	c, err := Load(Source{Topics: []Topic{topic("ports")}, Glossary: []byte("- {term: port, text: t, lesson: ports}\n- {term: T, also: [tee], text: t, lesson: ports}\n- {term: x, text: t, lesson: prts}")})
	require.NoError(t, err)
	assert.ErrorContains(t, c.lintGlossary(), "port: the lesson ports doesn't have that word")
	assert.ErrorContains(t, c.lintGlossary(), `x: there is no lesson "prts"`)
	term, err := c.Term("TE")
	require.NoError(t, err)
	assert.Equal(t, "T", term.Name)
}

func TestSearchFindsSectionsWithAllWords(t *testing.T) {
	c := &Course{Topics: []*Lesson{
		lessonOf("a", "# T\n\n## Why\n\nA socket waits.\n\nIt listens, it accepts.\n\n## The idea\n\nNothing.\n"),
		lessonOf("b", "# T\n\n## Sockets that listen\n\nA listening socket.\n"),
	}}
	hits := c.Search([]string{"Listen", "sock"})
	require.Len(t, hits, 2)
	assert.Equal(t, "b", hits[0].Lesson.Slug, "a heading counts for more")
	assert.Equal(t, "A listening socket.", hits[0].Excerpt)
	assert.Equal(t, "Why", hits[1].Section.Title)
	assert.Empty(t, c.Search([]string{"listen", "nothing"}))
	c = &Course{Topics: []*Lesson{lessonOf("a", "## The idea\n\n```go\naccept()\n```\n\n**Then** it calls `accept`.\n\n## Traps\n\n```go\naccept()\n```\n")}}
	hits = c.Search([]string{"accept"})
	require.Len(t, hits, 2)
	assert.Equal(t, []string{"Then it calls accept.", ""}, []string{hits[0].Excerpt, hits[1].Excerpt}, "code is no excerpt")
	assert.Empty(t, c.Search([]string{"..."}))
}

func TestAnExcerptIsPlainText(t *testing.T) {
	c := &Course{Topics: []*Lesson{lessonOf("a", "# T\n\n## Why\n\nFour things:\n\n1. *It **never** starts.* It waits\n   in a *`*p` call*.\n"+
		"2. It stops: 2 * 3 * 4, `a*b*c`.\n\nSee [`listen`, *again*](sockets), [0] and **\"`*` is a mark.\"**\n")}}
	for word, want := range map[string]string{
		"starts": "It never starts. It waits in a *p call.",
		"stops":  "It stops: 2 * 3 * 4, a*b*c.",
		"listen": "See listen, again, [0] and \"* is a mark.\"",
	} {
		hits := c.Search([]string{word})
		require.Len(t, hits, 1, word)
		assert.Equal(t, want, hits[0].Excerpt)
	}
}

func TestCommandsAreWhatTheReaderTypes(t *testing.T) {
	l := lessonOf("a", "Run `learnnet quiz a`.\n\n    learnnet demo a --loss 30%   # a third is lost\n    arp -a\n\nText, and\n    more of it.\n\n"+
		"    curl http://127.0.0.1:9/\n\nIt is refused.\n\n"+
		"```sh\npython3 -c \"\nimport socket\nif 1:\n    print(1)\"\n# no command\nss -tln > x\nlearnnet demo a --loss 30%\nlearnnet trace a -- \"%H  %M\"\n```\n\n"+
		"Well.\n\nIt is refused.\n\n```sh\ncurl -v x\n```\nRight: refused.\n\n```text\nlearnnet nothing\n```\n\n    ls")
	assert.Equal(t, []Command{{"learnnet demo a --loss 30%", false}, {"arp -a", false}, {"curl http://127.0.0.1:9/", true},
		{"python3 -c \"\nimport socket\nif 1:\n    print(1)\"", false}, {"ss -tln > x", false}, {"learnnet demo a --loss 30%", false}, {`learnnet trace a -- "%H  %M"`, false},
		{"curl -v x", true}, {"ls", false}}, l.Commands())

	topic := topic("a")
	topic.Exercise.Files = fstest.MapFS{"task.md": {Data: []byte("```\nlearnnet check a\n```\n")}}
	l.Source = topic
	c := &Course{Topics: []*Lesson{l}}
	assert.NoError(t, c.lintReferences(l))
	l.Text = "```\nlearnnet check a\n```\n"
	assert.ErrorContains(t, c.lintReferences(l), "write ```sh above \"learnnet check a\"")
}

func FuzzReferences(f *testing.F) {
	f.Add("RFC 9293 §3.5, §3.6")
	f.Fuzz(func(t *testing.T, text string) {
		refs, _ := references(text)
		for _, r := range refs {
			if r.rfc == "" {
				t.Errorf("a reference to no RFC in %q", text)
			}
		}
	})
}

func TestTheSourceTreeHoldsNoStrayFile(t *testing.T) {
	ports := topic("ports")
	ports.Exercise.Files, ports.Solutions = fstest.MapFS{"task.md": {}}, fstest.MapFS{"go/main.go": {}}
	c, err := Load(Source{Topics: []Topic{ports}})
	require.NoError(t, err)
	prove := func(more string) error {
		tree := fstest.MapFS{}
		for _, name := range append(strings.Fields(more), "lessons/lessons.go", "lessons/glossary.yaml", "lessons/testdata/x.svg",
			"lessons/ports/lesson.md", "lessons/ports/lesson.go", "exercises/ports/task.md", "solutions/ports/embed.go", "solutions/ports/go/main.go") {
			tree[name] = &fstest.MapFile{}
		}
		return errors.Join(c.TreeProof(tree).Run(t.Context(), 0), c.Topics[0].TreeProof(tree).Run(t.Context(), 0))
	}
	require.NoError(t, prove(""))
	for file, says := range map[string]string{
		"lessons/ports/old.md":           "stray file lessons/ports/old.md",
		"exercises/ports/starter/run.sh": "stray file exercises/ports/starter/run.sh",
		"solutions/ports/go/old/main.go": "stray file solutions/ports/go/old/main.go",
		"lessons/names/lesson.md":        "stray folder lessons/names",
		"exercises/names/task.md":        "stray folder exercises/names",
		"solutions/names/go/main.go":     "stray folder solutions/names",
		"exercises/testdata/x":           "stray folder exercises/testdata",
		"lessons/notes.txt":              "stray file lessons/notes.txt",
		"solutions/notes.go":             "stray file solutions/notes.go",
	} {
		assert.ErrorContains(t, prove(file), says)
	}
}
