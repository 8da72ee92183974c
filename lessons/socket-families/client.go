package socketfamilies

import (
	"fmt"
	"io"
	"net"

	"github.com/learnnet/learnnet/internal/demo"
)

// client says hello to the server, prints what comes back, and closes.
func client(std demo.Stdio) error {
	network, address := std.Args[0], std.Args[1]
	// region: talk
	conn, err := net.Dial(network, address) // socket, connect
	if err != nil {
		return inSystemCall(err)
	}
	defer conn.Close()

	if _, err := conn.Write([]byte("hello!")); err != nil {
		return err
	}
	echo := make([]byte, len("hello!"))
	if _, err := io.ReadFull(conn, echo); err != nil {
		return err
	}
	fmt.Fprintf(std.Stdout, "%s\n", echo)
	return nil
	// endregion: talk
}
