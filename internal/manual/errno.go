package manual

// Errno returns what the named error, such as "ECONNREFUSED", means when a
// socket call fails with it: a few words that read on after its name and a
// colon. It is empty for an error that is not known.
func Errno(name string) string { return errnos[name] }

var errnos = map[string]string{
	"EACCES":          "that is not permitted, as with a port below 1024, a broadcast, or another's folder",
	"EADDRINUSE":      "that address is taken, by a socket or a file; if by an old connection, SO_REUSEADDR helps",
	"EADDRNOTAVAIL":   "this host doesn't have that address, or no port is free",
	"EAFNOSUPPORT":    "that kind of address doesn't go with this socket",
	"EAGAIN":          "not now, and the program waits no longer for it",
	"EALREADY":        "the connect before this one is still under way",
	"EBADF":           "that descriptor isn't open; perhaps it was closed already",
	"ECONNABORTED":    "the connection was given up before it was taken",
	"ECONNREFUSED":    "nobody listens there",
	"ECONNRESET":      "the other end broke the connection off (RST)",
	"EDESTADDRREQ":    "it needs an address to send to, and the socket has none",
	"EFAULT":          "a pointer leads outside the program's memory",
	"EHOSTDOWN":       "that host doesn't answer",
	"EHOSTUNREACH":    "that host can't be reached, or gives no sign of life",
	"EINPROGRESS":     "it has begun but isn't done, and the program waits no longer for it",
	"EINTR":           "a signal came in between; call it again",
	"EINVAL":          "an argument makes no sense, or not in the state the socket is in",
	"EISCONN":         "the socket is connected already",
	"EMFILE":          "this program has as many descriptors open as it may",
	"EMSGSIZE":        "the message is too long to be sent in one piece",
	"ENETDOWN":        "the network interface is switched off",
	"ENETUNREACH":     "no route leads to that network",
	"ENFILE":          "the whole machine has as many files open as it may",
	"ENOBUFS":         "the kernel has no room for it left",
	"ENOENT":          "there is no such path",
	"ENOMEM":          "the kernel has no memory for it left",
	"ENOPROTOOPT":     "this socket has no such option",
	"ENOTCONN":        "the socket is not connected",
	"ENOTSOCK":        "that descriptor isn't a socket",
	"EOPNOTSUPP":      "this kind of socket can't do that",
	"EPERM":           "that is not permitted",
	"EPIPE":           "the connection is closed for sending",
	"EPROTONOSUPPORT": "that protocol is not available for this kind of socket",
	"EPROTOTYPE":      "that protocol doesn't go with this kind of socket",
	"ETIMEDOUT":       "no answer came, though it was tried again and again",
	"EWOULDBLOCK":     "not now, and the program waits no longer for it",
}
