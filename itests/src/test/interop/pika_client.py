"""Debian's python3-pika against a broker: AMQP_URL says where. Prints one line for each thing that it did."""
import os
import threading
import time

import pika

URL = os.environ["AMQP_URL"]
done = 0


def did(what, condition=True):
    global done
    if not condition:
        raise AssertionError(what)
    done += 1
    print("pika:", what, flush=True)


def connect():
    parameters = pika.URLParameters(URL)
    parameters.heartbeat = 30
    return pika.BlockingConnection(parameters)


def drained(channel, queue):
    bodies = []
    while True:
        method, properties, body = channel.basic_get(queue, auto_ack=True)
        if method is None:
            return bodies
        bodies.append(body)


connection = connect()
channel = connection.channel()
channel.confirm_delivery()

for kind, bind, key, arguments, headers in [
    ("direct", "red", "red", None, None),
    ("topic", "a.*.#", "a.b.c.d", None, None),
    ("fanout", "", "anything", None, None),
    ("headers", "", "", {"x-match": "all", "n": 1, "s": "x"}, {"n": 1, "s": "x", "more": True}),
]:
    exchange, queue = "pika." + kind, "pika.q." + kind
    channel.exchange_declare(exchange, kind, durable=True)
    channel.queue_declare(queue, durable=True)
    channel.queue_bind(queue, exchange, bind, arguments)
    properties = pika.BasicProperties(delivery_mode=2, headers=headers)
    channel.basic_publish(exchange, key, b"hit", properties, mandatory=True)
    if kind != "fanout":
        try:
            channel.basic_publish(exchange, "miss", b"miss", mandatory=True)
            did("an unroutable message must come back", False)
        except pika.exceptions.UnroutableError:
            pass
    did("routes by a %s exchange" % kind, drained(channel, queue) == [b"hit"])

properties = pika.BasicProperties(
    content_type="text/plain", content_encoding="utf-8", delivery_mode=2, priority=3, correlation_id="c",
    reply_to="r", expiration="60000", message_id="m", timestamp=1700000000, type="t", app_id="a",
    headers={"int": 7, "long": 2 ** 40, "text": "é", "true": True, "list": [1, "two"], "table": {"k": b"v"}})
channel.queue_declare("pika.properties", durable=True)
channel.basic_publish("", "pika.properties", "body é".encode(), properties)
method, got, body = channel.basic_get("pika.properties", auto_ack=True)
same = all(getattr(got, name) == getattr(properties, name) for name in (
    "content_type", "content_encoding", "delivery_mode", "priority", "correlation_id", "reply_to", "expiration",
    "message_id", "timestamp", "type", "app_id"))
did("all properties come as they went", same and body == "body é".encode())
headers = dict(got.headers)
did("headers keep their types", headers["int"] == 7 and headers["long"] == 2 ** 40 and headers["text"] == "é"
    and headers["true"] is True and headers["list"] == [1, "two"] and headers["table"]["k"] in (b"v", "v"))

channel.queue_declare("pika.prefetch")
for i in range(20):
    channel.basic_publish("", "pika.prefetch", str(i).encode())
slow = connect()
slow_channel = slow.channel()
slow_channel.basic_qos(prefetch_count=5)
held = []
slow_channel.basic_consume("pika.prefetch", lambda ch, m, p, b: held.append((m, b)))
slow.process_data_events(time_limit=1)
did("no more than the prefetch without an acknowledgement", [b for m, b in held] == [b"0", b"1", b"2", b"3", b"4"])
slow_channel.basic_ack(held[4][0].delivery_tag, multiple=True)
slow.process_data_events(time_limit=1)
did("an acknowledgement of many lets the next come", len(held) == 10)
slow_channel.basic_nack(held[5][0].delivery_tag, requeue=True)
slow.process_data_events(time_limit=1)
again = held[-1]
did("what is requeued comes again, marked", again[1] == b"5" and again[0].redelivered)
slow.close()
left = drained(channel, "pika.prefetch")
did("what a closed connection held goes back in its place", left == [str(i).encode() for i in range(5, 20)])

channel.queue_declare("pika.dead", durable=True)
channel.queue_declare("pika.brief", arguments={
    "x-message-ttl": 50, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "pika.dead"})
channel.basic_publish("", "pika.brief", b"brief")
deadline = time.time() + 20
method = None
while method is None and time.time() < deadline:
    method, got, body = channel.basic_get("pika.dead", auto_ack=True)
    if method is None:
        connection.process_data_events(time_limit=0.05)
death = got.headers["x-death"][0]
did("what expires goes to the dead letters, with its history",
    body == b"brief" and death["reason"] == "expired" and death["queue"] == "pika.brief" and death["count"] == 1)

large = bytes(range(256)) * 4096 * 3
channel.basic_publish("", "pika.dead", large)
did("a message of 3 MiB", drained(channel, "pika.dead") == [large])

channel.queue_declare("pika.full", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
channel.basic_publish("", "pika.full", b"1")
try:
    channel.basic_publish("", "pika.full", b"2")
    did("a full queue must reject", False)
except pika.exceptions.NackError:
    did("a full queue rejects, and the publisher hears of it")

other = connection.channel()
try:
    other.queue_declare("pika.full", durable=True)
    did("a different declaration must be refused", False)
except pika.exceptions.ChannelClosedByBroker as closed:
    did("a different declaration closes the channel with 406", closed.reply_code == 406)

transacted = connection.channel()
transacted.tx_select()
transacted.basic_publish("", "pika.dead", b"rolled back")
transacted.tx_rollback()
transacted.basic_publish("", "pika.dead", b"committed")
did("what is in a transaction is not seen", drained(channel, "pika.dead") == [])
transacted.tx_commit()
did("a transaction is committed or rolled back", drained(channel, "pika.dead") == [b"committed"])

replies = connection.channel()
answers = []
replies.basic_consume("amq.rabbitmq.reply-to", lambda ch, m, p, b: answers.append(b), auto_ack=True)
replies.basic_publish("", "pika.dead", b"ping", pika.BasicProperties(reply_to="amq.rabbitmq.reply-to"))
method, got, body = channel.basic_get("pika.dead", auto_ack=True)
channel.basic_publish("", got.reply_to, b"pong")
deadline = time.time() + 20
while not answers and time.time() < deadline:
    connection.process_data_events(time_limit=0.05)
did("an answer by direct reply-to", answers == [b"pong"])

cancelled = []
watcher = connection.channel()
watcher.queue_declare("pika.gone")
watcher.add_on_cancel_callback(lambda frame: cancelled.append(frame))
watcher.basic_consume("pika.gone", lambda *delivery: None)
channel.queue_delete("pika.gone")
deadline = time.time() + 20
while not cancelled and time.time() < deadline:
    connection.process_data_events(time_limit=0.05)
did("a consumer is told that its queue is gone", len(cancelled) == 1)

control = connection.channel()
control.confirm_delivery()
control.queue_declare("pika.control", durable=True)
heard = []
control.basic_consume("amq.rabbitmq.reply-to", lambda ch, m, p, b: heard.append((m, p, b)), auto_ack=True)


def command(name, /, **arguments):
    """provider/amqp/CONTROL.md: a command is a message, and so is its answer."""
    heard.clear()
    control.basic_publish(
        "bindery.control", name, b"",
        pika.BasicProperties(reply_to="amq.rabbitmq.reply-to", correlation_id=name,
                             headers={key.replace("_", "-"): value for key, value in arguments.items()}))
    deadline = time.time() + 20
    while not heard and time.time() < deadline:
        connection.process_data_events(time_limit=0.05)
    method, properties, body = heard[0]
    return method, dict(properties.headers or {}), body


def answer(name, /, **arguments):
    return command(name, **arguments)[1]


def knows_commands():
    try:
        connection.channel().exchange_declare("bindery.control", passive=True)
        return True
    except pika.exceptions.ChannelClosedByBroker:
        return False


if knows_commands():
    for colour in ["red", "blue", "green"]:
        control.basic_publish("", "pika.control", colour.encode(), pika.BasicProperties(headers={"colour": colour}))
    method, fields, body = command("get", queue="pika.control", selector="colour = 'blue'")
    did("a command takes what a selector matches", body == b"blue" and fields["x-bindery-get"] == "get")
    wrong = answer("settle", delivery_tags=[method.delivery_tag, 999], outcome="accepted")
    did("a command that fails says why and leaves the channel open", wrong["reply-code"] == 406 and control.is_open)
    did("settling all or none", answer("settle", delivery_tags=[method.delivery_tag], outcome="released") == {})
    answer("begin", transaction=1)
    control.basic_publish("", "pika.control", b"in a transaction")
    answer("enter")
    control.basic_publish("", "pika.control", b"beside it")
    answer("enter", transaction=1)
    did("a rollback undoes its publishes", answer("rollback") == {})
    looked = []
    control.basic_consume("pika.control", lambda ch, m, p, b: looked.append(b), auto_ack=True,
                          arguments={"x-filter-no-consume": True, "x-filter-auto-close": True})
    deadline = time.time() + 20
    while len(looked) < 4 and time.time() < deadline:
        connection.process_data_events(time_limit=0.05)
    did("looking takes nothing", looked == [b"red", b"blue", b"green", b"beside it"])
    branch = dict(format_id=1, global_transaction_id=b"pika", branch_qualifier=b"1")
    answer("xa-start", **branch)
    control.basic_publish("", "pika.control", b"in a branch")
    answer("xa-end", **branch)
    did("a branch is prepared", answer("xa-prepare", **branch) == {"read-only": False})
    found = answer("xa-recover")["xids"]
    did("and found", [xid["format-id"] for xid in found] == [1])
    did("and committed", answer("xa-commit", **branch) == {})
    did("what is left is there in order",
        drained(control, "pika.control") == [b"red", b"blue", b"green", b"beside it", b"in a branch"])
    subscribed = answer("subscribe", kind="durable", client_id="pika", name="prices", routing_key="pika.#")
    control.basic_publish("amq.topic", "pika.a.b", b"10")
    did("a durable subscription has a queue", subscribed["outcome"] == "created"
        and drained(control, subscribed["queue"]) == [b"10"])
    answer("close-subscription", subscription=subscribed["subscription"])
    did("and is unsubscribed", answer("unsubscribe", client_id="pika", name="prices") == {})
    did("an unknown command is none", answer("sing")["reply-code"] == 404)
control.queue_delete("pika.control")

for queue in ["direct", "topic", "fanout", "headers"]:
    channel.queue_delete("pika.q." + queue)
    channel.exchange_delete("pika." + queue)
for queue in ["properties", "prefetch", "dead", "brief", "full"]:
    channel.queue_delete("pika." + queue)
connection.close()
print("pika: %d checks" % done)
