package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// debounce is how long it must be quiet after a save: editors write a file in
// several strokes.
const debounce = 100 * time.Millisecond

// newsCap is far more than the news of a save takes.
const newsCap = 20 * debounce

// saves tells of every save of a file in dir or below it, by nil, until ctx is
// done. An error is its last word.
func saves(ctx context.Context, dir string) (<-chan error, error) {
	w, err := fsnotify.NewWatcher()
	if err == nil {
		// The folder above tells when dir itself comes back after a reset.
		if err = errors.Join(w.Add(filepath.Dir(dir)), watchTree(w, dir)); err != nil {
			w.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w\nuse \"learnnet check\" after each save instead", dir, err)
	}
	saved := make(chan error)
	go func() {
		defer w.Close()
		err := follow(ctx, w, dir, saved)
		if err != nil {
			select {
			case saved <- fmt.Errorf("watch %s: %w", dir, err):
			case <-ctx.Done():
			}
		}
	}()
	return saved, nil
}

func follow(ctx context.Context, w *fsnotify.Watcher, dir string, saved chan<- error) error {
	quiet := time.NewTimer(debounce)
	quiet.Stop()
	var tell chan<- error // nil while there is nothing to tell
	for {
		select {
		case e := <-w.Events:
			inside := e.Name == dir || strings.HasPrefix(e.Name, dir+string(filepath.Separator))
			if !inside || e.Op == fsnotify.Chmod || temporary(e.Name) {
				continue
			}
			if e.Has(fsnotify.Create) && isDir(e.Name) {
				if err := watchTree(w, e.Name); err != nil {
					return err
				}
			}
			if !isDir(dir) {
				continue
			}
			tell = nil
			quiet.Reset(debounce)
		case <-quiet.C:
			tell = saved
		case tell <- nil:
			tell = nil
		case err := <-w.Errors:
			return err
		case <-ctx.Done():
			return nil
		}
	}
}

// watchTree watches dir and the folders below it, but for those that editors
// and tools keep for themselves.
func watchTree(w *fsnotify.Watcher, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if path != dir {
				return nil // gone in between
			}
			return err
		}
		if !d.IsDir() {
			return nil
		}
		if path != dir && temporary(path) {
			return filepath.SkipDir
		}
		return w.Add(path)
	})
}

// stateOf returns what saves would tell the changes of, in a form that can be
// compared.
func stateOf(dir string) string {
	var b strings.Builder
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // gone in between, as the next time will show
		case path != dir && temporary(path) && d.IsDir():
			return filepath.SkipDir
		case temporary(path) || d.IsDir():
			return nil
		}
		if info, err := d.Info(); err == nil {
			fmt.Fprintf(&b, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return b.String()
}

// temporary reports whether a file is an editor's or a tool's own: Vim's swap
// files and its probe 4913, the backups and locks of Emacs and others, the
// files that are written before they are renamed, Python's cache.
func temporary(path string) bool {
	name := filepath.Base(path)
	switch filepath.Ext(name) {
	case ".swp", ".swo", ".swx", ".swpx", ".tmp", ".temp", ".bak", ".pyc", ".part":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "#") ||
		strings.HasSuffix(name, "~") || strings.HasPrefix(name, "~") ||
		strings.Contains(name, ".tmp.") || strings.HasSuffix(name, "___") || // ___jb_tmp___
		name == "4913" || name == "__pycache__" || name == "node_modules"
}
