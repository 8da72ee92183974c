package study

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/natefinch/atomic"
)

// A Store is the file that holds progress.
type Store struct {
	Path string
	// Damaged, if set, is told when the file could not be understood and was
	// moved aside to kept.
	Damaged func(kept string, why error)
}

// NewerError says that a progress file is of a later learnnet.
type NewerError struct {
	Path    string
	Version int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("%s was written by a newer learnnet (format %d; this one knows %d): install the newer one again",
		e.Path, e.Version, version)
}

// lockCap is how long a learnnet waits for another one to finish writing.
const lockCap = 10 * time.Second

// Load returns the progress stored; none is empty progress. A damaged file is
// moved aside and reported to Damaged.
func (s Store) Load(ctx context.Context) (*Progress, error) {
	p, err := s.read()
	if _, damaged := errors.AsType[*damagedError](err); !damaged {
		return p, err
	}
	return s.locked(ctx, s.readOrKeepAside)
}

// Update changes the progress stored: no change of another learnnet comes in
// between. Nothing is written if change returns an error.
func (s Store) Update(ctx context.Context, change func(*Progress) error) error {
	_, err := s.locked(ctx, func() (*Progress, error) {
		p, err := s.readOrKeepAside()
		if err != nil {
			return nil, err
		}
		if err := change(p); err != nil {
			return nil, err
		}
		return p, s.write(p)
	})
	return err
}

func (s Store) locked(ctx context.Context, do func() (*Progress, error)) (*Progress, error) {
	if err := os.MkdirAll(filepath.Dir(s.Path), 0o755); err != nil {
		return nil, fmt.Errorf("store progress: %w", err)
	}
	lock := flock.New(s.Path + ".lock")
	waiting, cancel := context.WithTimeout(ctx, lockCap)
	defer cancel()
	if ok, err := lock.TryLockContext(waiting, 5*time.Millisecond); !ok {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("another learnnet has held it for %v", lockCap)
		}
		if inPath, ok := errors.AsType[*fs.PathError](err); ok {
			err = inPath.Err // which names the path once more
		}
		return nil, fmt.Errorf("lock %s: %w", lock.Path(), err)
	}
	defer lock.Unlock()
	return do()
}

// damagedError says that a file is no progress.
type damagedError struct{ err error }

func (e *damagedError) Error() string { return e.err.Error() }

func (s Store) read() (*Progress, error) {
	raw, err := os.ReadFile(s.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Progress{Version: version, Topics: make(map[string]*Topic)}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read progress: %w", err)
	}
	p, err := parseProgress(raw)
	if newer, ok := errors.AsType[*NewerError](err); ok {
		newer.Path = s.Path
	}
	return p, err
}

// parseProgress returns the progress that raw holds; its errors are
// *damagedError and *NewerError.
func parseProgress(raw []byte) (*Progress, error) {
	var p Progress
	if err := json.Unmarshal(raw, &p); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			err = fmt.Errorf("at byte %d stands %s where something else belongs", wrong.Offset, wrong.Value)
		}
		return nil, &damagedError{err}
	}
	switch {
	case p.Version > version:
		return nil, &NewerError{Version: p.Version}
	case p.Version < 1:
		return nil, &damagedError{fmt.Errorf("it has no version")}
	}
	if p.Topics == nil {
		p.Topics = make(map[string]*Topic)
	}
	for slug, t := range p.Topics {
		if t == nil {
			delete(p.Topics, slug)
		}
	}
	return &p, nil
}

// readOrKeepAside is read for who holds the lock: a damaged file is moved to
// the first free name and progress begins anew.
func (s Store) readOrKeepAside() (*Progress, error) {
	p, err := s.read()
	damaged, ok := errors.AsType[*damagedError](err)
	if !ok {
		return p, err
	}
	for n := 1; ; n++ {
		kept := fmt.Sprintf("%s.damaged-%d", s.Path, n)
		if _, err := os.Lstat(kept); !errors.Is(err, fs.ErrNotExist) {
			if err != nil {
				return nil, fmt.Errorf("keep damaged progress: %w", err)
			}
			continue
		}
		if err := os.Rename(s.Path, kept); err != nil {
			return nil, fmt.Errorf("keep damaged progress: %w", err)
		}
		if s.Damaged != nil {
			s.Damaged(kept, damaged.err)
		}
		return s.read()
	}
}

func (s Store) write(p *Progress) error {
	raw, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("store progress: %w", err)
	}
	if err := atomic.WriteFile(s.Path, bytes.NewReader(append(raw, '\n'))); err != nil {
		return fmt.Errorf("store progress: %w", err)
	}
	return nil
}
