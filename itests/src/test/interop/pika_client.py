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

for queue in ["direct", "topic", "fanout", "headers"]:
    channel.queue_delete("pika.q." + queue)
    channel.exchange_delete("pika." + queue)
for queue in ["properties", "prefetch", "dead", "brief", "full"]:
    channel.queue_delete("pika." + queue)
connection.close()
print("pika: %d checks" % done)
