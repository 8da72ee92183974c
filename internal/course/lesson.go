package course

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"
)

func loadLesson(t Topic) (*Lesson, error) {
	raw, err := fs.ReadFile(t.Lesson.Files, "lesson.md")
	if err != nil {
		return nil, err
	}
	meta, text, err := ParseFrontMatter(raw)
	if err != nil {
		return nil, fmt.Errorf("lesson.md: %w", err)
	}
	text, err = include(text, t.Lesson.Files)
	if err != nil {
		return nil, fmt.Errorf("lesson.md: %w", err)
	}
	return &Lesson{Slug: t.Slug, Meta: meta, Text: text, Source: t}, nil
}

// ParseFrontMatter splits a lesson into its front matter, YAML between two
// lines of "---", and its text. Unknown fields are errors.
func ParseFrontMatter(raw []byte) (Meta, string, error) {
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	rest, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return Meta{}, "", errors.New("it does not begin with front matter (a line of ---)")
	}
	front, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		return Meta{}, "", errors.New("its front matter has no end (a line of ---)")
	}
	var m Meta
	if err := decodeYAML([]byte(front), &m); err != nil {
		return Meta{}, "", fmt.Errorf("front matter: %w", err)
	}
	return m, strings.TrimLeft(body, "\n"), nil
}

func decodeYAML(raw []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// include fills the fenced blocks whose info string ends in "include FILE" or
// "include FILE REGION" with that file, or with the part of it that stands
// between the comments "region: NAME" and "endregion: NAME".
func include(text string, files fs.FS) (string, error) {
	var out strings.Builder
	for line := range strings.Lines(text) {
		info, ok := strings.CutPrefix(line, "```")
		lang, what, found := strings.Cut(strings.TrimSpace(info), " include ")
		if !ok || !found {
			out.WriteString(line)
			continue
		}
		file, region, _ := strings.Cut(strings.TrimSpace(what), " ")
		code, err := fs.ReadFile(files, file)
		if err != nil {
			return "", fmt.Errorf("include: %w", err)
		}
		part := string(code)
		if region != "" {
			if part, err = cutRegion(part, region); err != nil {
				return "", fmt.Errorf("include %s: %w", file, err)
			}
		}
		fmt.Fprintf(&out, "```%s\n%s\n", lang, strings.Trim(part, "\n"))
	}
	return out.String(), nil
}

func cutRegion(code, name string) (string, error) {
	var out []string
	inside, seen := false, false
	for line := range strings.Lines(code) {
		switch comment := strings.TrimLeft(strings.TrimSpace(line), "/# "); comment {
		case "region: " + name:
			inside, seen = true, true
			continue
		case "endregion: " + name:
			inside = false
			continue
		}
		if inside && !strings.Contains(line, "region: ") {
			out = append(out, strings.TrimRight(line, "\n"))
		}
	}
	if !seen {
		return "", fmt.Errorf("no region %q", name)
	}
	return strings.Join(dedent(out), "\n"), nil
}

// dedent takes away the indentation that all lines share.
func dedent(lines []string) []string {
	shared := -1
	for _, l := range lines {
		if strings.TrimSpace(l) == "" {
			continue
		}
		if n := len(l) - len(strings.TrimLeft(l, "\t ")); shared < 0 || n < shared {
			shared = n
		}
	}
	for i, l := range lines {
		if len(l) >= shared && shared > 0 {
			lines[i] = l[shared:]
		}
	}
	return lines
}
