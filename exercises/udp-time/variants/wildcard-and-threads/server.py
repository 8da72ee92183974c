import datetime
import socketserver
import sys

known = set("YymdjHMSfIpAaBb%")


class Answer(socketserver.BaseRequestHandler):
    def handle(self):
        question, sock = self.request
        print("question from", self.client_address, file=sys.stderr)
        print("answering", question, flush=True)
        sock.sendto(answer(question), self.client_address)


def answer(question):
    if not 0 < len(question) <= 1024:
        return b"error: a question has 1 to 1024 bytes"
    try:
        text = question.decode("utf-8")
    except UnicodeError as error:
        return b"error: " + str(error).encode()
    now, out, letters = datetime.datetime.now(), [], iter(text)
    for letter in letters:
        if letter != "%":
            out.append(letter)
            continue
        directive = next(letters, "")
        if directive not in known or not directive:
            return f"error: what is %{directive}?".encode()
        out.append("%" if directive == "%" else now.strftime("%" + directive))
    return "".join(out).encode()


class Server(socketserver.ThreadingUDPServer):
    max_packet_size = 65535
    allow_reuse_address = True


Server(("", int(sys.argv[1].split(":")[1])), Answer).serve_forever()
