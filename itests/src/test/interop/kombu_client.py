"""Debian's python3-kombu (over py-amqp) against a broker: AMQP_URL says where."""
import os
import socket

from kombu import Connection, Consumer, Exchange, Producer, Queue

URL = os.environ["AMQP_URL"]
done = 0


def did(what, condition=True):
    global done
    if not condition:
        raise AssertionError(what)
    done += 1
    print("kombu:", what, flush=True)


with Connection(URL, heartbeat=30, transport_options={"confirm_publish": True}) as connection:
    connection.connect()
    did("connects with a heartbeat", connection.connected)
    exchange = Exchange("kombu.x", "topic", durable=True)
    queue = Queue("kombu.q", exchange, routing_key="orders.#", durable=True)
    got = []
    with connection.channel() as channel:
        queue(channel).declare()
        producer = Producer(channel, exchange, serializer="json")
        for i in range(100):
            producer.publish({"n": i}, routing_key="orders.eu", headers={"i": i}, delivery_mode=2)
        did("publishes with confirms")

        def take(body, message):
            got.append((body["n"], message.headers["i"]))
            message.ack()

        consumer = Consumer(channel, [queue], callbacks=[take])
        consumer.qos(prefetch_count=10)
        with consumer:
            try:
                while len(got) < 100:
                    connection.drain_events(timeout=20)
            except socket.timeout:
                pass
        did("consumes JSON in order", got == [(i, i) for i in range(100)])
        producer.publish({"n": 100}, routing_key="orders.us")
        message = queue(channel).get()
        message.reject(requeue=True)
        message = queue(channel).get()
        did("what is rejected comes again, marked", message.delivery_info["redelivered"])
        message.ack()
        did("nothing is left", queue(channel).get() is None)
        simple = connection.SimpleQueue("kombu.simple")
        simple.put("hello", compression="zlib")
        taken = simple.get(timeout=20)
        did("a compressed message", taken.payload == "hello")
        taken.ack()
        simple.close()
        did("a queue is purged and deleted", queue(channel).purge() == 0)
        queue(channel).delete()
        exchange(channel).delete()
        Queue("kombu.simple")(channel).delete()
print("kombu: %d checks" % done)
