package lab

import "golang.org/x/sys/windows"

// errRefused is the system's word for a port that nobody has. The one of
// package syscall is made up on Windows.
const errRefused = windows.WSAECONNREFUSED
