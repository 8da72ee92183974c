package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Page shows text through a pager if somebody watches, and writes it to Out
// otherwise. The pager is command ($PAGER, which may have arguments) or less;
// where there is none, the text is written.
func (s *Streams) Page(ctx context.Context, command, text string) error {
	args := strings.Fields(command)
	if len(args) == 0 {
		// -R lets colours through, -F doesn't stay for less than a page, -X
		// leaves what was read on the screen, -K ends at Ctrl-C.
		args = []string{"less", "-RFXK"}
	}
	path, err := exec.LookPath(args[0])
	if !s.OutTerminal || !s.InTerminal || err != nil {
		_, err := io.WriteString(s.Out, text)
		return err
	}
	// Ctrl-C reaches the pager by itself, but for one typed just before it
	// starts. It is not killed: it must put the terminal back in order.
	pager := exec.CommandContext(ctx, path, args[1:]...)
	pager.Cancel = func() error { return pager.Process.Signal(os.Interrupt) }
	pager.Stdin, pager.Stdout, pager.Stderr = strings.NewReader(text), s.Out, s.Err
	err = pager.Run()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) { // a pager left early ends as it likes
		return fmt.Errorf("show page with %s: %w", path, err)
	}
	return nil
}
