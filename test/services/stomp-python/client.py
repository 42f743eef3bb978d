"""stomp.py, as its users write it: over TCP and over WebSocket. Prints what it saw as JSON."""

import json
import queue
import sys

import stomp
from stomp.adapter.ws import WSStompConnection

TOKEN = "ann"


class Listener(stomp.ConnectionListener):
    def __init__(self):
        self.messages = queue.Queue()
        self.receipts = queue.Queue()
        self.errors = queue.Queue()

    def on_message(self, frame):
        self.messages.put(frame)

    def on_receipt(self, frame):
        self.receipts.put(frame.headers["receipt-id"])

    def on_error(self, frame):
        self.errors.put(frame.headers["code"])


def connected(make):
    connection = make()
    listener = Listener()
    connection.set_listener("", listener)
    connection.connect("", TOKEN, wait=True)
    return connection, listener


def take(source):
    return source.get(timeout=20)


def walk(name, make, version):
    connection, listener = connected(make)
    destination = f"/queue/demo.python-{name}"
    connection.subscribe(destination, id="1", ack="client-individual", receipt="subscribed")
    seen = {"receipts": [take(listener.receipts)], "bodies": []}
    # 1.0 has no escapes, but stomp.py reads them there too.
    own = "a:b" if version == "1.0" else "a:b\\c"
    connection.send(destination, "가: 1", headers={"own": own}, receipt="sent")
    seen["receipts"].append(take(listener.receipts))
    transaction = connection.begin()
    connection.send(destination, "2", transaction=transaction)
    connection.commit(transaction)
    first, second = take(listener.messages), take(listener.messages)
    seen["bodies"] += [first.body, second.body]
    seen["own"] = first.headers.get("own") == own
    for frame in (first, second):
        if version == "1.2":
            connection.ack(frame.headers["ack"])
        elif version == "1.1":
            connection.ack(frame.headers["message-id"], "1")
        else:
            connection.ack(frame.headers["message-id"])
    connection.send("/topic/forbidden", "x")
    seen["error"] = take(listener.errors)
    last, listener = connected(make)
    last.subscribe(destination, id="1", ack="auto", receipt="again")
    take(listener.receipts)
    seen["left"] = listener.messages.qsize()
    last.disconnect()
    return seen


def main(tcp_port, http_port):
    tcp = [("127.0.0.1", tcp_port)]
    clients = {
        "tcp-1.0": (lambda: stomp.Connection10(tcp), "1.0"),
        "tcp-1.1": (lambda: stomp.Connection11(tcp), "1.1"),
        "tcp-1.2": (lambda: stomp.Connection12(tcp, heartbeats=(10000, 10000)), "1.2"),
        "websocket": (
            lambda: WSStompConnection([("127.0.0.1", http_port)], ws_path="/stomp"),
            "1.2",
        ),
    }
    print(json.dumps({name: walk(name, *client) for name, client in clients.items()}))


main(int(sys.argv[1]), int(sys.argv[2]))
