import logging
import os
import socket
import sys

logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(message)s")  # on standard error

host, port = sys.argv[1].split(":")
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((host, int(port)))
listener.listen(1)
logging.info("listening on %s", listener.getsockname())
print("Server ready", flush=True)

while True:
    conn, peer = listener.accept()
    logging.info("%s calls", peer)
    child = os.fork()
    if child:
        conn.close()
        os.waitpid(child, 0)
        continue
    try:
        message = conn.recv(1024)
        if message:
            print(message, flush=True)
            conn.sendall(b"hi")
    except OSError as error:
        logging.info("%s: %s", peer, error)
    conn.close()
    os._exit(0)
