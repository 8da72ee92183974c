package cli

import (
	"context"

	"github.com/learnnet/learnnet/internal/course"
)

// proveCommands proves nothing here: lessons quote commands for a Unix shell.
func proveCommands(context.Context, *course.Lesson) error { return nil }
