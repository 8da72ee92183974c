package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Tell which learnnet this is",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			a.Printf("%s\n", versionText())
			return nil
		},
	}
}

// versionText names the version that go install or the repository gave this
// executable, and what it was built with.
func versionText() string {
	version := "unknown version"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	return fmt.Sprintf("learnnet %s (%s, %s/%s)", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
