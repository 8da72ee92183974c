// Package manual explains in one line what a socket call does and what an
// error of one means, as Linux has them, to someone who meets them for the
// first time.
package manual

// Call returns what the named system or library call does, in one sentence
// without a full stop, and the manual page to read on in, such as "accept(2)".
// ok is false for a call that is not known.
func Call(name string) (text, page string, ok bool) {
	c, ok := calls[name]
	return c.text, c.page, ok
}

// Waits reports whether the named call may wait for something that others do.
// How long it took then tells about them, and otherwise about the machine.
func Waits(name string) bool { return !atOnce[name] }

var atOnce = map[string]bool{"socket": true, "socketpair": true, "bind": true, "listen": true, "shutdown": true,
	"close": true, "setsockopt": true, "getsockopt": true, "getsockname": true, "getpeername": true}

var calls = map[string]struct{ page, text string }{
	"socket":        {"socket(2)", "makes a new socket, an end point that has no address yet; the result is its descriptor"},
	"socketpair":    {"socketpair(2)", "makes two sockets that are connected to each other"},
	"bind":          {"bind(2)", "gives the socket an address of its own: the IP address and port, or the path, where others reach it"},
	"listen":        {"listen(2)", "makes the socket one that waits for connections; the number is how many may queue until accept takes them"},
	"accept":        {"accept(2)", "takes the next connection from a listening socket's queue, and waits for one if there is none; the result is a new socket for that connection alone"},
	"accept4":       {"accept(2)", "takes the next connection as accept does, and sets options of the new socket at once"},
	"connect":       {"connect(2)", "sets the address of the other end; TCP shakes hands with it and waits for the outcome, UDP sends nothing"},
	"send":          {"send(2)", "hands bytes to the kernel to be sent to the other end; the result is how many it took, and says nothing of their arrival"},
	"sendto":        {"send(2)", "sends bytes to the address given, mostly as one datagram"},
	"sendmsg":       {"send(2)", "sends bytes gathered from several buffers, and control data, such as open descriptors, if there is any"},
	"sendmmsg":      {"sendmmsg(2)", "sends several messages with one call; the result is how many"},
	"recv":          {"recv(2)", "takes bytes that have arrived, and waits if there are none; 0 means that the other end will send no more (TCP), or an empty datagram (UDP)"},
	"recvfrom":      {"recv(2)", "takes what has arrived, one datagram at a time on UDP, and tells who sent it"},
	"recvmsg":       {"recv(2)", "takes what has arrived, into several buffers, along with control data such as open descriptors"},
	"recvmmsg":      {"recvmmsg(2)", "takes several messages with one call; the result is how many"},
	"read":          {"read(2)", "takes bytes that have arrived, and waits if there are none; on a TCP socket 0 means that the other end will send no more"},
	"readv":         {"readv(2)", "reads as read does, into several buffers"},
	"write":         {"write(2)", "hands bytes to the kernel to be sent; the result is how many it took, which may be fewer than given"},
	"writev":        {"readv(2)", "writes as write does, from several buffers"},
	"sendfile":      {"sendfile(2)", "sends a piece of a file without bringing it through the program's memory"},
	"splice":        {"splice(2)", "moves bytes between a pipe and a socket or file without bringing them through the program's memory"},
	"shutdown":      {"shutdown(2)", "ends one direction of a connection or both, whoever else has the socket open; SHUT_WR tells the other end that no more will be sent"},
	"close":         {"close(2)", "gives the descriptor back; when no descriptor of the socket is left, its connection is ended"},
	"dup":           {"dup(2)", "makes a second descriptor for the same socket"},
	"dup2":          {"dup(2)", "makes a second descriptor, of the number given, for the same socket"},
	"dup3":          {"dup(2)", "makes a second descriptor, of the number given, for the same socket"},
	"fcntl":         {"fcntl(2)", "asks or changes how a descriptor behaves; O_NONBLOCK lets no call wait"},
	"ioctl":         {"ioctl(2)", "asks or changes a device's or socket's particulars, such as how many bytes can be read"},
	"setsockopt":    {"setsockopt(2)", "sets an option of the socket, such as SO_REUSEADDR"},
	"getsockopt":    {"getsockopt(2)", "asks for an option of the socket; SO_ERROR tells how a connect that did not wait has ended"},
	"getsockname":   {"getsockname(2)", "asks which address the socket itself has"},
	"getpeername":   {"getpeername(2)", "asks which address the other end has"},
	"poll":          {"poll(2)", "waits until one of several descriptors can be read or written, or time is up; the result is how many can, 0 if time was up"},
	"ppoll":         {"poll(2)", "waits as poll does, and lets chosen signals through meanwhile"},
	"select":        {"select(2)", "waits until one of several descriptors below 1024 can be read or written, or time is up"},
	"pselect":       {"select(2)", "waits as select does, and lets chosen signals through meanwhile"},
	"pselect6":      {"select(2)", "waits as select does, and lets chosen signals through meanwhile"},
	"epoll_create":  {"epoll_create(2)", "makes a list of descriptors that epoll_wait will watch"},
	"epoll_create1": {"epoll_create(2)", "makes a list of descriptors that epoll_wait will watch"},
	"epoll_ctl":     {"epoll_ctl(2)", "adds a descriptor to those that epoll_wait watches, changes what for, or takes it out"},
	"epoll_wait":    {"epoll_wait(2)", "waits until one of the watched descriptors is ready, or time is up; the result is how many are"},
	"epoll_pwait":   {"epoll_wait(2)", "waits as epoll_wait does, and lets chosen signals through meanwhile"},
	"epoll_pwait2":  {"epoll_wait(2)", "waits as epoll_pwait does, with the time given in nanoseconds"},
	"getaddrinfo":   {"getaddrinfo(3)", "finds the addresses that a name and a service stand for"},
}
