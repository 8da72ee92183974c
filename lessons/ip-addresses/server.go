package ipaddresses

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/learnnet/learnnet/internal/demo"
)

// server tells each visitor from which address it sees it come.
func server(std demo.Stdio) error {
	address, err := netip.ParseAddrPort(std.Args[0])
	if err != nil {
		return err
	}
	// region: listen
	network := "tcp" // :: takes visitors over IPv6 and over IPv4
	if address.Addr().Is4() {
		network = "tcp4" // with "tcp", Go would take 0.0.0.0 for :: too
	}
	listener, err := net.Listen(network, address.String())
	// endregion: listen
	if err != nil {
		return inSystemCall(err)
	}
	defer listener.Close()
	fmt.Fprintln(std.Stdout, "listens")
	for {
		if err := welcome(listener); err != nil {
			return err
		}
	}
}

// region: welcome

func welcome(listener net.Listener) error {
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	visitor := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr()
	_, err = fmt.Fprintf(conn, "you are %v", visitor)
	return err
}

// endregion: welcome
