package course

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// The folders of the source tree that hold a folder for each topic.
const lessonsFolder, exercisesFolder, solutionsFolder = "lessons", "exercises", "solutions"

// TreeProof returns the proof that the topic's folders in the source tree hold
// no stray file.
func (l *Lesson) TreeProof(tree fs.FS) Proof {
	return Proof{"files of the source tree", func(context.Context, uint64) error { return l.lintTree(tree) }}
}

// TreeProof returns the proof that the source tree holds a folder for each
// topic, and no other.
func (c *Course) TreeProof(tree fs.FS) Proof {
	return Proof{"folders of the source tree", func(context.Context, uint64) error { return c.lintFolders(tree) }}
}

// lintTree wants every file in the topic's folders to be embedded: one that
// isn't would be missing where it matters. Go's files at the top are compiled.
func (l *Lesson) lintTree(tree fs.FS) error {
	var errs []error
	for _, folder := range []struct {
		name     string
		embedded fs.FS
	}{
		{lessonsFolder, l.Source.Lesson.Files},
		{exercisesFolder, l.Source.Exercise.Files},
		{solutionsFolder, l.Source.Solutions},
	} {
		dir := path.Join(folder.name, l.Slug)
		err := fs.WalkDir(tree, dir, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name := strings.TrimPrefix(file, dir+"/")
			if path.Ext(name) == ".go" && path.Dir(name) == "." {
				return nil
			}
			if _, err := fs.Stat(folder.embedded, name); err != nil {
				errs = append(errs, fmt.Errorf("stray file %s: it is not among the embedded files; name it in //go:embed, or delete it", file))
			}
			return nil
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// lintFolders wants lessons, exercises and solutions to hold the topics' folders,
// and besides them only what the syllabus is read from.
func (c *Course) lintFolders(tree fs.FS) error {
	var errs []error
	for _, root := range []string{lessonsFolder, exercisesFolder, solutionsFolder} {
		entries, err := fs.ReadDir(tree, root)
		errs = append(errs, err)
		for _, e := range entries {
			name := path.Join(root, e.Name())
			topic := slices.ContainsFunc(c.Topics, func(l *Lesson) bool { return l.Slug == e.Name() })
			switch {
			case e.IsDir() && !topic && name != "lessons/testdata":
				errs = append(errs, fmt.Errorf("stray folder %s: it is no topic; put it into lessons/lessons.go, or delete it", name))
			case !e.IsDir() && !(root == lessonsFolder && slices.Contains([]string{".go", ".yaml"}, path.Ext(name))):
				errs = append(errs, fmt.Errorf("stray file %s: it belongs to no topic; move it into a topic's folder, or delete it", name))
			}
		}
	}
	return errors.Join(errs...)
}
