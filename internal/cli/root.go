package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "learnnet",
		Short: "Learn socket programming on two hosts of your own",
		Long: "learnnet teaches socket programming on real sockets. It makes two hosts on your\n" +
			"machine, holds the wire between them, and shows you everything that crosses it.\n\n" +
			"Without a command it shows where you are and what is next. LESSON and EXERCISE\n" +
			"stand for a topic's name, the beginning of it, or its number.",
		Version:                    versionText(),
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return courseMap(cmd.Context(), a)
		},
	}
	root.Args = func(cmd *cobra.Command, args []string) error { return unknownCommand(a, root, args) }
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\n\"%s --help\" lists the flags", inWords(err), cmd.CommandPath())
	})
	root.AddGroup(
		&cobra.Group{ID: "learn", Title: "To learn:"},
		&cobra.Group{ID: "make", Title: "To program:"},
		&cobra.Group{ID: "more", Title: "More:"})
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("learn", newLessons(a), newRead(a), newDemo(a), newQuiz(a), newLab(a), newSearch(a), newGlossary(a))
	add("make", newInit(a), newStart(a), newCheck(a), newWatch(a), newTrace(a), newHint(a), newSolution(a), newReset(a))
	add("more", newStatus(a), newDoctor(a), newVersion(a), newCourse(a))
	root.SetHelpCommandGroupID("more")
	root.SetCompletionCommandGroupID("more")
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = func(_ *cobra.Command, args []string) error { return helped(a, root, args) }
		case "completion": // cobra's own shows its help for any shell and succeeds
			c.Args = aShell
			c.Run = func(cmd *cobra.Command, _ []string) { _ = cmd.Help() }
		}
	}
	return root
}

// inWords returns err, or says in its place what a flag takes that got something
// else than a number or a duration.
func inWords(err error) error {
	wrong, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	kind := wrong.GetFlag().Value.Type()
	if _, numeric := errors.AsType[*strconv.NumError](err); !numeric && kind != "duration" {
		return err
	}
	takes := "a whole number"
	switch {
	case errors.Is(err, strconv.ErrRange):
		takes = "no number so large"
	case strings.HasPrefix(kind, "uint"):
		takes += " from 0 up"
	case kind == "bool":
		takes = "true or false"
	case kind == "duration":
		takes = "a duration such as 20ms or 1.5s"
	}
	return fmt.Errorf("--%s takes %s: %q is not understood", wrong.GetFlag().Name, takes, wrong.GetValue())
}

// helped wants the path of a command, or nothing.
func helped(a *app, root *cobra.Command, args []string) error {
	if _, rest, err := root.Find(args); err == nil && len(rest) > 0 {
		return unknownCommand(a, root, rest)
	}
	return nil
}

// aShell wants nothing: the shells are commands of their own.
func aShell(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("there is no completion for %q; there is for bash, fish, powershell and zsh", args[0])
	}
	return nil
}

// unknownCommand is root's answer to arguments that are no command.
func unknownCommand(a *app, root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "\"learnnet --help\" lists the commands"
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	} else if l, err := a.lesson(args[0]); err == nil {
		hint = fmt.Sprintf("did you mean \"learnnet read %s\"?", l.Slug)
	}
	return fmt.Errorf("there is no command %q; %s", args[0], hint)
}

// aTopic wants one argument.
func aTopic(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	what := strings.ToLower(strings.Fields(cmd.Use)[1])
	if len(args) == 0 {
		return fmt.Errorf("%s needs the name of its %s: \"learnnet lessons\" lists them", cmd.Name(), what)
	}
	return fmt.Errorf("%s takes one %s, not %d", cmd.Name(), what, len(args))
}

// atMostOne wants one argument or none.
func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("%s takes one name at most, not %d", cmd.Name(), len(args))
	}
	return nil
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments: what is %q?", cmd.Name(), args[0])
	}
	return nil
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// completeTopics offers the topics' names to the shell.
func completeTopics(a *app) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, begin string) ([]cobra.Completion, cobra.ShellCompDirective) {
		c, err := a.course()
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []cobra.Completion
		for _, l := range c.Topics {
			if strings.HasPrefix(l.Slug, begin) {
				out = append(out, cobra.CompletionWithDesc(l.Slug, l.Title))
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// languageFlag adds --lang with what it may be.
func languageFlag(cmd *cobra.Command, into *string, usage string, languages ...string) {
	cmd.Flags().StringVar(into, "lang", "", usage+": "+strings.Join(languages, ", "))
	// The error would be that the flag is not there.
	_ = cmd.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions(languages, cobra.ShellCompDirectiveNoFileComp))
}
