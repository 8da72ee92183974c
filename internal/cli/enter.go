package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/learnnet/learnnet/internal/lab"
	"github.com/learnnet/learnnet/internal/trace"
)

// statusError ends a command with the status of the program that it ran.
type statusError struct{ status int }

func (e *statusError) Error() string {
	return "the program ended with status " + strconv.Itoa(e.status)
}

type enterOptions struct {
	host    trace.Host
	command []string // empty: a shell
	lab     int      // its number, or 0 for the newest
}

func newEnter(a *app) *cobra.Command {
	var o enterOptions
	cmd := &cobra.Command{
		Use:   "enter HOST [-- COMMAND ARGUMENTS...]",
		Short: "Run a shell or a command on a host of the running lab",
		Long: "Run a shell, or a command, on one of the two hosts that \"learnnet lab\" keeps up in\n" +
			"another terminal: with this machine's programs and files, in this folder, as you.\n" +
			"What was started ends with the shell or the command, and with the lab. The exit\n" +
			"status is that of the command, or 128+n if signal n ended it.",
		Example: "  learnnet lab enter server\n" +
			"  learnnet lab enter client -- ping -c 3 10.0.0.2",
		ValidArgsFunction: cobra.FixedCompletions([]string{"client", "server"}, cobra.ShellCompDirectiveNoFileComp),
		Args:              aHost,
		RunE: func(_ *cobra.Command, args []string) error {
			o.host, o.command = trace.Host(args[0]), args[1:]
			return runEnter(a, o)
		},
	}
	cmd.Flags().IntVar(&o.lab, "lab", 0, "which lab, where there are more than one, by its `number` (the newest)")
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return fmt.Errorf("%w\nthe command to run, and its own flags, stand behind --: learnnet lab enter client -- curl -v http://10.0.0.2:8080/", err)
	})
	return cmd
}

// aHost wants the name of a host, and perhaps a command.
func aHost(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("which host? learnnet lab enter client, or learnnet lab enter server")
	}
	if h := trace.Host(args[0]); h != trace.Client && h != trace.Server {
		return fmt.Errorf("there is no host %q: the two are client and server", args[0])
	}
	return nil
}

func runEnter(a *app, o enterOptions) error {
	running, err := chooseLab(a, o.lab)
	if err != nil {
		return err
	}
	c, err := hostCommand(a, o)
	if err != nil {
		return err
	}
	status, err := running.Enter(lab.Entry{Host: o.host, Command: c, In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	switch {
	case errors.Is(err, lab.ErrClosed):
		return errors.New("the lab has ended, and with it what ran on its hosts")
	case err != nil:
		return err
	}
	return &statusError{status}
}

// chooseLab returns the lab with that number, or with 0 the newest.
func chooseLab(a *app, number int) (lab.Running, error) {
	running, err := lab.RunningLabs(labFolders(a)...)
	if err != nil {
		return lab.Running{}, withoutHosts(err)
	}
	if len(running) == 0 {
		return lab.Running{}, errors.New("no lab of yours is running\nopen one in another terminal with \"learnnet lab\", and then try again")
	}
	var numbers []string
	for _, r := range running {
		numbers = append(numbers, strconv.Itoa(r.PID))
	}
	have := strings.Join(numbers, ", ")
	if number == 0 {
		if len(running) > 1 {
			a.Warnf("this is the newest of %d labs, %s; --lab chooses another one: %s", len(running), numbers[0], strings.Join(numbers[1:], ", "))
		}
		return running[0], nil
	}
	i := slices.IndexFunc(running, func(r lab.Running) bool { return r.PID == number })
	if i < 0 {
		return lab.Running{}, fmt.Errorf("no lab with the number %d is running; these are: %s", number, have)
	}
	return running[i], nil
}

// hostCommand returns what is to run on the host, which has this machine's
// files but not our environment and folder unless it is told.
func hostCommand(a *app, o enterOptions) (lab.Command, error) {
	c := lab.Command{Dir: a.dir, Env: append(os.Environ(), "LEARNNET_HOST="+string(o.host))}
	command := o.command
	if len(command) == 0 {
		command = []string{shell(a)}
		// For a shell whose own files set no prompt. Others tell the host by
		// its name, which is the machine's there.
		c.Env = append(c.Env, "PS1="+string(o.host)+"$ ")
	}
	path, err := exec.LookPath(command[0])
	if errors.Is(err, exec.ErrNotFound) {
		return c, fmt.Errorf("there is no program %s on this machine, and so none on its hosts", command[0])
	}
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return c, fmt.Errorf("run %s: %w", command[0], err)
	}
	c.Name, c.Path, c.Args = filepath.Base(path), path, command[1:]
	return c, nil
}

// shell is the user's own, or the one that every system has.
func shell(a *app) string {
	if sh := a.getenv("SHELL"); sh != "" {
		if _, err := exec.LookPath(sh); err == nil {
			return sh
		}
	}
	return "/bin/sh"
}
