// Package program finds a learner's program, builds it and says how to run it.
//
// A program fills a role, such as "server". Role R is found in a folder as
//
//	R/            a folder of Go files, built with go build
//	R.py, R.js    a script for Python or Node.js
//	R             any executable file, in any language
package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Language is what a program is written in, as far as running it takes knowing.
type Language string

// The languages. Executable is any other that comes as a file to execute.
const (
	Go         Language = "go"
	Python     Language = "python"
	JavaScript Language = "javascript"
	Executable Language = "executable"
)

// A Program is the source of one role.
type Program struct {
	Role     string
	Language Language
	Path     string // absolute: the folder of Go files, the script, or the executable
}

// A Command is a program ready to run: Path, then Args before the program's own.
type Command struct {
	Path string
	Args []string
	Env  []string // the whole environment
}

// NotFoundError says that a folder has no program for a role.
type NotFoundError struct {
	Role, Dir string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no %s in %s: expected a folder %s with Go files, %s.py, %s.js, or an executable file %s",
		e.Role, e.Dir, e.Role, e.Role, e.Role, e.Role)
}

// AmbiguousError says that a folder has several programs for a role.
type AmbiguousError struct {
	Role, Dir string
	Found     []string // names within Dir
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s has more than one %s (%s): move all but one out of the folder",
		e.Dir, e.Role, strings.Join(e.Found, ", "))
}

// Find returns the program that fills role in dir. Its errors are
// *NotFoundError, *AmbiguousError, and those of reading the folder.
func Find(dir, role string) (Program, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Program{}, err
	}
	if _, err := os.ReadDir(dir); err != nil {
		return Program{}, fmt.Errorf("look for %s: %w", role, err)
	}
	var found []Program
	var names []string
	add := func(name string, lang Language) {
		found = append(found, Program{Role: role, Language: lang, Path: filepath.Join(dir, name)})
		names = append(names, name)
	}
	if gofiles, _ := filepath.Glob(filepath.Join(dir, role, "*.go")); len(gofiles) > 0 {
		add(role, Go)
	}
	for _, script := range []struct {
		ext  string
		lang Language
	}{{".py", Python}, {".js", JavaScript}} {
		if isFile(filepath.Join(dir, role+script.ext)) {
			add(role+script.ext, script.lang)
		}
	}
	for _, name := range []string{role, role + ".exe"} {
		if isExecutable(filepath.Join(dir, name)) {
			add(name, Executable)
		}
	}
	switch len(found) {
	case 0:
		return Program{}, &NotFoundError{Role: role, Dir: dir}
	case 1:
		return found[0], nil
	}
	return Program{}, &AmbiguousError{Role: role, Dir: dir, Found: names}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	if runtime.GOOS == "windows" {
		return strings.HasSuffix(path, ".exe")
	}
	return info.Mode()&0o111 != 0
}

// MissingToolError says that a language's own tool is not on this machine.
type MissingToolError struct {
	Language Language
	Tool     string // "go", "python3", "node"
}

func (e *MissingToolError) Error() string {
	return fmt.Sprintf("%s is not installed, or not in PATH: it is needed to run %s programs (learnnet doctor tells how to get it)",
		e.Tool, map[Language]string{Go: "Go", Python: "Python", JavaScript: "JavaScript"}[e.Language])
}

// Prepare makes p ready to run, building it if its language asks for that. What
// is built goes to the folder cache, or, if that is empty, to the user's cache,
// where there is one executable for each source folder. Its errors are *BuildError when the program is at fault, and
// *MissingToolError or others when the machine is.
func (p Program) Prepare(ctx context.Context, cache string) (Command, error) {
	switch p.Language {
	case Go:
		path, err := buildGo(ctx, p.Path, cache)
		return Command{Path: path, Env: Environment()}, err
	case Python:
		path, err := PythonPath(ctx)
		return Command{Path: path, Args: []string{p.Path}, Env: Environment()}, err
	case JavaScript:
		path, err := tool(JavaScript, "node")
		return Command{Path: path, Args: []string{p.Path}, Env: Environment()}, err
	case Executable:
		return Command{Path: p.Path, Env: Environment()}, nil
	}
	return Command{}, errors.New("unknown language " + string(p.Language))
}

// Runnable reports whether this machine has what p's language takes.
func (p Program) Runnable() bool {
	tools := map[Language][]string{Go: {"go"}, Python: {"python3", "python"}, JavaScript: {"node"}}[p.Language]
	if tools == nil {
		return true
	}
	_, err := tool(p.Language, tools...)
	return err == nil
}

// Environment returns what programs get: our environment, with Python told to
// write its lines at once and to leave no compiled files behind.
func Environment() []string {
	return append(os.Environ(), "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1")
}
