import errno
import ipaddress
import os
import re
import signal
import socket
import stat
import sys


def die(status, *why):
    print("server:", *why, file=sys.stderr)
    sys.exit(status)


def at_path(path):
    if os.path.lexists(path):
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            die(1, path, "is not a socket")
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(path) != errno.ECONNREFUSED:
                die(1, path, "is in use")
    listener = socket.socket(socket.AF_UNIX)
    if len(os.fsencode(path)) > 103:  # leave the name as it is
        if os.path.lexists(path):
            os.unlink(path)
        listener.bind(path)
        listener.listen(5)
        return listener
    listener.bind(path + ".new")
    listener.listen(5)
    os.rename(path + ".new", path)  # nobody ever meets a socket that doesn't listen
    return listener


def at_port(text):
    try:
        host, port = text.rsplit(":", 1)
        bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        ip = ipaddress.ip_address(bare)
        if (ip.version == 6) == (bare == host) or not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
            raise ValueError(text)
    except ValueError as error:
        die(2, "no address:", error)
    listener = socket.socket(socket.AF_INET6 if ip.version == 6 else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((bare, int(port)))
    listener.listen(5)
    return listener


text = sys.argv[1]
if text == "unix:":
    die(2, "no path")
try:
    listener = at_path(text[5:]) if text.startswith("unix:") else at_port(text)
except OSError as error:
    die(1, error)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    conn, _ = listener.accept()
    if os.fork():
        conn.close()
        continue
    listener.close()
    try:
        while data := conn.recv(512):
            conn.sendall(data)
    except OSError:
        pass
    os._exit(0)
