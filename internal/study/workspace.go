package study

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/natefinch/atomic"

	"github.com/learnnet/learnnet/internal/course"
)

// A Workspace is the folder of a learner's programs, a folder an exercise.
type Workspace struct {
	Dir string // absolute
}

// Marker is the folder that makes a folder a workspace.
const Marker = ".learnnet"

// NoWorkspaceError says that a folder is in no workspace.
type NoWorkspaceError struct{ Dir string }

func (e *NoWorkspaceError) Error() string {
	return fmt.Sprintf("%s is in no workspace: make one with \"learnnet init\", or go to the folder of yours", e.Dir)
}

// FindWorkspace returns the workspace that dir is in; its error is a
// *NoWorkspaceError if there is none.
func FindWorkspace(dir string) (Workspace, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Workspace{}, fmt.Errorf("find workspace: %w", err)
	}
	for at := abs; ; at = filepath.Dir(at) {
		if info, err := os.Stat(filepath.Join(at, Marker)); err == nil && info.IsDir() {
			return Workspace{Dir: at}, nil
		}
		if at == filepath.Dir(at) {
			return Workspace{}, &NoWorkspaceError{Dir: abs}
		}
	}
}

// InitWorkspace makes dir a workspace, or completes one. Files that are there
// stay as they are; made lists those it wrote.
func InitWorkspace(dir string) (w Workspace, made []string, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return w, nil, fmt.Errorf("make workspace: %w", err)
	}
	w = Workspace{Dir: abs}
	if _, err := os.Stat(filepath.Join(abs, Marker)); errors.Is(err, fs.ErrNotExist) {
		made = append(made, Marker)
	}
	if err := os.MkdirAll(filepath.Join(abs, Marker), 0o755); err != nil {
		return w, nil, fmt.Errorf("make workspace: %w", err)
	}
	for name, text := range map[string]string{"go.mod": workspaceModule, "README.md": workspaceReadme} {
		path := filepath.Join(abs, name)
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		if err := atomic.WriteFile(path, strings.NewReader(text)); err != nil {
			return w, nil, fmt.Errorf("make workspace: %w", err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			return w, nil, fmt.Errorf("make workspace: %w", err)
		}
		made = append(made, name)
	}
	slices.Sort(made)
	return w, made, nil
}

// Store returns where the workspace keeps progress.
func (w Workspace) Store() Store {
	return Store{Path: filepath.Join(w.Dir, Marker, "progress.json")}
}

// Exercise returns the folder of an exercise, there or not.
func (w Workspace) Exercise(slug string) string { return filepath.Join(w.Dir, slug) }

// At returns the name of the workspace's folder that dir is or lies in: the
// slug of an exercise, or empty for the workspace itself.
func (w Workspace) At(dir string) string {
	rel, err := filepath.Rel(w.Dir, dir)
	if err != nil || rel == "." || strings.HasPrefix(rel, "..") {
		return ""
	}
	first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
	return first
}

// StartedError says that an exercise's folder has something in it already.
type StartedError struct {
	Slug, Dir string
	Files     []string
}

func (e *StartedError) Error() string {
	return fmt.Sprintf("%s has your work in it already (%s)\n"+
		"check it with \"learnnet check %s\", or begin anew with \"learnnet reset %s\", which keeps a backup",
		e.Dir, strings.Join(e.Files, ", "), e.Slug, e.Slug)
}

// Start copies an exercise's starter and its task into its folder and returns
// that. It never overwrites: a folder with anything in it is a *StartedError.
func (w Workspace) Start(slug string, starter fs.FS, task string) (string, error) {
	dir := w.Exercise(slug)
	files, err := fileNames(dir)
	if err != nil {
		return "", fmt.Errorf("start %s: %w", slug, err)
	}
	if len(files) > 0 {
		return "", &StartedError{Slug: slug, Dir: dir, Files: files}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("start %s: %w", slug, err)
	}
	if err := course.CopyFiles(dir, starter); err != nil {
		return "", fmt.Errorf("start %s: %w", slug, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte(task), 0o644); err != nil {
		return "", fmt.Errorf("start %s: %w", slug, err)
	}
	return dir, nil
}

// fileNames lists up to five files below dir, and how many more there are.
func fileNames(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files = append(files, filepath.ToSlash(rel))
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	const most = 5
	if extra := len(files) - most; extra > 0 {
		files = append(files[:most], fmt.Sprintf("%d more", extra))
	}
	return files, err
}

// SetAside moves an exercise's folder to the workspace's backups and returns
// where it is now; empty if there was none.
func (w Workspace) SetAside(slug string, now time.Time) (string, error) {
	dir := w.Exercise(slug)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	backups := filepath.Join(w.Dir, Marker, "backup")
	if err := os.MkdirAll(backups, 0o755); err != nil {
		return "", fmt.Errorf("back up %s: %w", slug, err)
	}
	for n := 1; ; n++ {
		kept := filepath.Join(backups, slug+"-"+now.Format("20060102-150405"))
		if n > 1 {
			kept += fmt.Sprintf("-%d", n)
		}
		if _, err := os.Lstat(kept); err == nil {
			continue
		}
		if err := os.Rename(dir, kept); err != nil {
			return "", fmt.Errorf("back up %s: %w", slug, err)
		}
		return kept, nil
	}
}

// workspaceModule makes every exercise in Go a package of one module.
const workspaceModule = "module learner\n\ngo 1.22\n"

const workspaceReadme = `# Socket programming with learnnet

Each exercise has a folder here, with its task in README.md. From this folder or any below it:

    learnnet                 where you are and what is next
    learnnet read LESSON     a lesson; "learnnet lessons" lists them
    learnnet start EXERCISE  its exercise
    learnnet watch           checks your program whenever you save it
    learnnet hint            when you are stuck

Your progress, and the backups that "learnnet reset" makes, are in .learnnet.
`
