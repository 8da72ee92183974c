package twoprograms

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/learnnet/learnnet/internal/demo"
)

// fileWriter writes the message to the file in its first argument.
func fileWriter(s demo.Stdio) error {
	// region: write-file
	file, err := os.Create(s.Args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	return write(file, s)
	// endregion: write-file
}

// region: write

// write writes the message to a file or to a connection: to it that is the
// same. Between the two parts it makes a pause.
func write(to io.Writer, s demo.Stdio) error {
	if _, err := io.WriteString(to, "dinner for 1"); err != nil {
		return err
	}
	if err := pause(s); err != nil {
		return err
	}
	_, err := io.WriteString(to, "2")
	return err
}

// endregion: write

// message is what the writers write.
const message = "dinner for 12"

// pause waits for a line on standard input, so that the demo says for how long.
func pause(s demo.Stdio) error {
	fmt.Fprintln(s.Stdout, "has written a part")
	_, err := bufio.NewReader(s.In).ReadString('\n')
	return err
}

// fileReader prints what is in the file in its first argument.
func fileReader(s demo.Stdio) error {
	// region: read-file
	message, err := os.ReadFile(s.Args[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, "%s\n", message)
	return nil
	// endregion: read-file
}
