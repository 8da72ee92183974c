package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/natefinch/atomic"
	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/course"
	"github.com/learnnet/learnnet/internal/trace"
)

func newRecord(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "record TOPIC",
		Short: "Record a lesson's demo for machines without two hosts",
		Long: "Play the lesson's demo on two hosts and write its timeline, with every socket call and\n" +
			"state, to lessons/TOPIC/" + course.RecordingFile + ". Run it in the folder that holds lessons/.",
		Args:              aTopic,
		ValidArgsFunction: completeTopics(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			return record(cmd.Context(), a, args[0])
		},
	}
}

func record(ctx context.Context, a *app, topic string) error {
	l, err := a.lesson(topic)
	if err != nil {
		return err
	}
	dir := filepath.Join(a.dir, "lessons", l.Slug)
	if !isDir(dir) {
		return fmt.Errorf("there is no folder %s: run this in the folder that holds lessons/", a.here(dir))
	}
	events, err := l.Record(ctx)
	if err != nil {
		return fmt.Errorf("record %s: %w", l.Slug, err)
	}
	var b bytes.Buffer
	if err := trace.WriteJSON(&b, slices.Values(events)); err != nil {
		return err
	}
	path := filepath.Join(dir, course.RecordingFile)
	if err := atomic.WriteFile(path, &b); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	a.Printf("%s: %d events\n", a.here(path), len(events))
	return nil
}
