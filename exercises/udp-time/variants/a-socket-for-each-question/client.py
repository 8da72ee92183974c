import socket
import sys

address, *more = sys.argv[1:]
host, port = address.split(":")
question = more[0] if more else "%Y-%m-%d %H:%M:%S"
wait = float(more[1]) / 1000 if len(more) > 1 else 1.0

print(">>> ", end="")
for attempt in range(3):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(wait)
        try:
            sock.connect((host, int(port)))
            sock.send(question.encode())
            answer = sock.recv(2048).decode()
        except TimeoutError:
            continue
        except OSError as error:
            sys.exit(f"no luck: {error}")
    if answer.startswith("error: "):
        print(answer, file=sys.stderr)
        sys.exit(7)
    print(answer)
    break
else:
    sys.exit("no answer, three times")
