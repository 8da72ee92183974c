// Package ptrace follows the socket calls of a program with ptrace(2), without
// root and in any language: every thread and every child of it, each call with
// its arguments as a C programmer would write them, before the kernel acts on
// it and again when it returns.
//
// Whoever is told about a call holds it until the telling returns, which is
// what stepping is made of. A program's other calls are not stopped at: where
// the processor allows it (amd64), a seccomp filter put into the program before
// its first instruction makes the kernel stop for socket calls alone.
//
// Calls are told as the programmer meant them. A call that a non-blocking
// socket answers with "not now" is one with the call that the program makes
// when its poller says so, and the return is that of the last. If it makes
// another instead, closes the socket or ends, it has given up, and the call
// returns EAGAIN (a connect EINPROGRESS) before that. What a runtime
// does for itself is left out: Go's probing for IPv6 and its options, the pairs
// of sockets with which event loops wake themselves.
//
// It is Linux only. Elsewhere the package is empty.
package ptrace
