package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

func newLab(a *app) *cobra.Command {
	var o wireOptions
	cmd := &cobra.Command{
		Use:   "lab",
		Short: "Keep two hosts up to work on, and see what crosses the wire",
		Long: "Keep two hosts up, client 10.0.0.1 and server 10.0.0.2, and draw what crosses the wire\n" +
			"between them until Ctrl-C. \"learnnet lab enter\" gives you a shell on one of them.",
		Example: "  learnnet lab\n" +
			"  learnnet lab --loss 20% --seed 7\n" +
			"and in other terminals\n" +
			"  learnnet lab enter server\n" +
			"  learnnet lab enter client -- curl -v http://10.0.0.2:8080/",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			return runLab(cmd.Context(), a, o)
		},
	}
	o.flags(cmd)
	cmd.AddCommand(newEnter(a))
	return cmd
}

func runLab(ctx context.Context, a *app, o wireOptions) error {
	exports, err := createExports(o.exports())
	if err != nil {
		return err
	}
	begin, timeline := time.Now(), trace.New()
	err = keepLab(ctx, a, o, timeline)
	tellUnrecorded(a, timeline)
	look := ladderOptions(a, lab.TwoHosts, o.width, o.ascii)
	look.Title = "A lab"
	return errors.Join(err, writeExports(exports, recording{timeline.Events(), begin, look}))
}

// lookEvery is how often a lab's sockets are looked at, besides whenever a
// frame has passed: a server that begins to listen sends none.
const lookEvery = 100 * time.Millisecond

// keepLab keeps a lab open, and draws what happens in it, until ctx is done or
// it can't be drawn any more.
func keepLab(ctx context.Context, a *app, o wireOptions, timeline *trace.Timeline) error {
	defer timeline.Close()
	l, err := lab.Open(ctx, lab.Config{Timeline: timeline, Plan: o.plan(), Isolation: lab.TwoHosts, States: true})
	if err != nil {
		return withoutHosts(err)
	}
	defer l.Close()
	others, err := lab.RunningLabs(labFolders(a)...)
	if err != nil {
		return err
	}
	door, err := l.OpenDoor(labFolders(a)...)
	if err != nil {
		return err
	}
	defer door.Close()
	tellEntrance(a, len(others) > 0)
	o.tellSeed(a)

	opened := make(chan lab.Isolation, 1)
	opened <- lab.TwoHosts
	drawn := make(chan error, 1)
	go func() {
		// Past Ctrl-C: what it ends is still to be seen.
		drawn <- a.guard(func() error { return drawTimeline(context.WithoutCancel(ctx), a, o, false, timeline, opened) })
	}()
	looks := time.NewTicker(lookEvery)
	defer looks.Stop()
	for ctx.Err() == nil {
		select {
		case err := <-drawn:
			return err
		case <-looks.C:
			l.Look()
		case <-ctx.Done():
		}
	}
	door.Close()
	err = l.Close()
	timeline.Close()
	return errors.Join(err, <-drawn)
}

// tellEntrance says how to enter our hosts, which are not the only ones if
// others is set.
func tellEntrance(a *app, others bool) {
	which := ""
	if others {
		which = fmt.Sprintf(" --lab %d", os.Getpid())
	}
	a.Warnf("two hosts are up. To enter one, type in another terminal:\n"+
		"  learnnet lab enter client%[1]s\n  learnnet lab enter server%[1]s\nCtrl-C here takes them down.", which)
}

// withoutHosts says what to do where two hosts can't be had.
func withoutHosts(err error) error {
	if unavailable, ok := errors.AsType[*lab.UnavailableError](err); ok {
		return fmt.Errorf("there are no two hosts to be had here: %s\n\"learnnet doctor\" says how to get them", unavailable.Reason)
	}
	return err
}

// labFolders are where a user's running labs are found. The first is lost when
// they log out, and some have none.
func labFolders(a *app) []string {
	var folders []string
	if dir := a.getenv("XDG_RUNTIME_DIR"); dir != "" {
		folders = append(folders, filepath.Join(dir, "learnnet"))
	}
	if dir, err := os.UserCacheDir(); err == nil {
		folders = append(folders, filepath.Join(dir, "learnnet", "labs"))
	}
	return folders
}
