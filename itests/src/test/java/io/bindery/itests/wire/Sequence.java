package io.bindery.itests.wire;

import com.rabbitmq.client.Channel;
import io.bindery.itests.wire.Side.Action;
import io.bindery.itests.wire.Side.Sent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Random steps of a client, the same on two brokers, which must show the same after each. What
 * {@code provider/amqp/README.md} lists as different is not among them.
 */
final class Sequence {
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final List<String> EXCHANGES = List.of("s.direct", "s.topic", "s.fanout", "s.any");
  private static final List<String> TYPES = List.of("direct", "topic", "fanout", "headers");
  private static final List<String> KEYS = List.of("a", "b", "a.b", "x.b", "a.x.b", "nowhere");
  private static final List<String> BINDING_KEYS = List.of("a", "b", "a.b", "#", "*.b", "a.#");

  /** A queue that is not consumed, or what it has would depend on when somebody looks. */
  private static final String EXPIRING = "s.soon";

  private static final Pattern WAITS_TO_EXPIRE = Pattern.compile(" s\\.soon=[1-9]\\d*/");

  private final Random random;
  private final Side ours;
  private final Side theirs;
  private final Map<String, Map<String, Object>> queues = new LinkedHashMap<>();
  private final List<String> dead = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private int sent;

  Sequence(long seed, Side ours, Side theirs) {
    this.random = new Random(seed);
    this.ours = ours;
    this.theirs = theirs;
    queue("s.plain", Map.of());
    queue("s.head", Map.of("x-max-length", 3));
    queue("s.bytes", Map.of("x-max-length-bytes", 20));
    queue("s.refusing", Map.of("x-max-length", 3, "x-overflow", "reject-publish"));
    queue("s.dying", Map.of("x-max-length", 3, "x-overflow", "reject-publish-dlx"));
    queue(EXPIRING, Map.of("x-message-ttl", 1));
    taken.addAll(queues.keySet());
    taken.remove(EXPIRING);
    taken.addAll(dead);
  }

  /** A queue with dead letters of its own: what dies of several at once has no order. */
  private void queue(String name, Map<String, Object> arguments) {
    Map<String, Object> all = new LinkedHashMap<>(arguments);
    all.put("x-dead-letter-exchange", "");
    all.put("x-dead-letter-routing-key", name + ".dead");
    queues.put(name, all);
    dead.add(name + ".dead");
  }

  /** Does so many steps; fails with the last of them where the brokers differ. */
  void run(int steps) throws IOException, InterruptedException, TimeoutException {
    step("cleared", this::clear);
    for (String each : queues.keySet()) {
      declare(each);
    }
    for (String each : dead) {
      step("declare " + each, side -> declared(side, each, Map.of()));
    }
    for (int i = 0; i < EXCHANGES.size(); i++) {
      declareExchange(i);
    }
    for (int i = 0; i < steps; i++) {
      any();
    }
    for (String each : taken) {
      step("cancel " + each, side -> cancelled(side, each));
      step("drain " + each, side -> drained(side, each));
    }
  }

  private String clear(Side side) throws IOException {
    side.holdsNothing();
    for (String each : names()) {
      side.channel().queueDelete(each);
    }
    for (String each : EXCHANGES) {
      side.channel().exchangeDelete(each);
    }
    return "cleared";
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(queues.keySet());
    names.addAll(dead);
    return names;
  }

  private void any() throws IOException, InterruptedException, TimeoutException {
    int which = random.nextInt(100);
    if (which < 35) {
      publish();
    } else if (which < 50) {
      String queue = one(taken);
      boolean noAck = random.nextInt(3) == 0;
      step("get " + queue + (noAck ? " no-ack" : ""), side -> side.get(queue, noAck));
    } else if (which < 68) {
      settle();
    } else if (which < 80) {
      consumers();
    } else if (which < 92) {
      bindings();
    } else {
      topology();
    }
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void publish() throws IOException, InterruptedException, TimeoutException {
    boolean direct = random.nextBoolean();
    String key = direct ? one(List.copyOf(queues.keySet())) : one(KEYS);
    Map<String, Object> headers = new LinkedHashMap<>();
    if (random.nextBoolean()) {
      headers.put("h", random.nextInt(3));
    }
    if (random.nextInt(8) == 0) {
      // Not the dead letters' queues: what this message drives out may be there before or after it.
      List<String> also = List.of(one(List.copyOf(queues.keySet())), one(KEYS));
      headers.put(random.nextBoolean() ? "CC" : "BCC", also);
    }
    Sent message =
        new Sent(
            direct ? "" : one(EXCHANGES),
            key,
            random.nextBoolean(),
            random.nextBoolean(),
            headers,
            "m" + ++sent);
    step(message.toString(), side -> side.publish(message));
  }

  private void settle() throws IOException, InterruptedException, TimeoutException {
    int which = random.nextInt(1_000);
    switch (random.nextInt(8)) {
      case 0, 1, 2 ->
          step("ack", side -> side.settle(which, (channel, tag) -> channel.basicAck(tag, false)));
      case 3 ->
          step(
              "nack, requeue",
              side -> side.settle(which, (channel, tag) -> channel.basicNack(tag, false, true)));
      case 4 ->
          step(
              "reject",
              side -> side.settle(which, (channel, tag) -> channel.basicReject(tag, false)));
      case 5 -> step("ack all", side -> all(side, channel -> channel.basicAck(0, true)));
      case 6 -> step("recover", side -> all(side, channel -> channel.basicRecover(true)));
      default ->
          step(
              "ack of what is not held",
              side -> {
                side.channel().basicAck(1_000_000, false);
                return "sent";
              });
    }
  }

  private interface Channels {
    void with(Channel channel) throws IOException;
  }

  private static String all(Side side, Channels ending) throws IOException {
    // Before it, for what is given back comes again at once.
    side.holdsNothing();
    ending.with(side.channel());
    return "all";
  }

  private void consumers() throws IOException, InterruptedException, TimeoutException {
    String queue = one(taken);
    if (random.nextInt(3) == 0) {
      step("cancel " + queue, side -> cancelled(side, queue));
    } else {
      boolean noAck = random.nextInt(3) == 0;
      int prefetch = 1 + random.nextInt(3);
      step(
          "consume " + queue + (noAck ? " no-ack" : " prefetch " + prefetch),
          side -> side.consume(queue, noAck, prefetch));
    }
  }

  private static String cancelled(Side side, String queue) throws IOException {
    if (!side.consumes(queue)) {
      return "has none";
    }
    side.channel().basicCancel("of " + queue);
    return "cancelled";
  }

  private void bindings() throws IOException, InterruptedException, TimeoutException {
    String exchange = one(EXCHANGES);
    String key = one(BINDING_KEYS);
    boolean bind = random.nextInt(3) > 0;
    Map<String, Object> arguments =
        exchange.equals("s.any")
            ? Map.of("h", random.nextInt(3), "x-match", one(List.of("all", "any")))
            : Map.of();
    boolean toQueue = random.nextInt(4) > 0;
    String target = toQueue ? one(List.copyOf(queues.keySet())) : one(EXCHANGES);
    step(
        (bind ? "bind " : "unbind ") + target + " to " + exchange + " by " + key + arguments,
        side -> {
          Channel channel = side.channel();
          if (toQueue && bind) {
            channel.queueBind(target, exchange, key, arguments);
          } else if (toQueue) {
            channel.queueUnbind(target, exchange, key, arguments);
          } else if (bind) {
            channel.exchangeBind(target, exchange, key, arguments);
          } else {
            channel.exchangeUnbind(target, exchange, key, arguments);
          }
          return "done";
        });
  }

  private void topology() throws IOException, InterruptedException, TimeoutException {
    String queue = one(List.copyOf(queues.keySet()));
    // Without a time to live what it has would wait for ever.
    String other = queue.equals(EXPIRING) ? "s.plain" : queue;
    int exchange = random.nextInt(EXCHANGES.size());
    switch (random.nextInt(6)) {
      case 0 ->
          step("delete " + queue, side -> "" + side.channel().queueDelete(queue).getMessageCount());
      case 1 ->
          step("purge " + queue, side -> "" + side.channel().queuePurge(queue).getMessageCount());
      case 2 -> declare(queue);
      case 3 ->
          step(
              "declare otherwise " + other,
              side -> declared(side, other, Map.of("x-max-length", 7)));
      case 4 ->
          step(
              "delete " + EXCHANGES.get(exchange),
              side -> {
                side.channel().exchangeDelete(EXCHANGES.get(exchange));
                return "deleted";
              });
      default -> declareExchange(exchange);
    }
  }

  private void declare(String queue) throws IOException, InterruptedException, TimeoutException {
    step("declare " + queue, side -> declared(side, queue, queues.get(queue)));
  }

  private static String declared(Side side, String queue, Map<String, Object> arguments)
      throws IOException {
    var ok = side.channel().queueDeclare(queue, true, false, false, arguments);
    return ok.getMessageCount() + "/" + ok.getConsumerCount();
  }

  private void declareExchange(int index)
      throws IOException, InterruptedException, TimeoutException {
    Map<String, Object> arguments =
        index == 0 ? Map.of("alternate-exchange", EXCHANGES.get(2)) : Map.of();
    step(
        "declare " + EXCHANGES.get(index),
        side -> {
          side.channel()
              .exchangeDeclare(EXCHANGES.get(index), TYPES.get(index), false, false, arguments);
          return "declared";
        });
  }

  private static String drained(Side side, String queue) throws IOException {
    StringBuilder all = new StringBuilder();
    String next = side.get(queue, true);
    while (!next.equals("nothing")) {
      all.append(next).append('\n');
      next = side.get(queue, true);
    }
    return all.toString();
  }

  private void step(String what, Action action)
      throws IOException, InterruptedException, TimeoutException {
    String here = ours.does(action);
    String there = theirs.does(action);
    history.add(what + ": " + here);
    if (!here.equals(there)) {
      throw different("answers", here, there);
    }
    awaitSame();
  }

  /** What is seen now and then comes a little later there. */
  private void awaitSame() throws IOException {
    long endNs = System.nanoTime() + PATIENCE_NS;
    String here = ours.state(names());
    String there = theirs.state(names());
    while (!here.equals(there) || WAITS_TO_EXPIRE.matcher(here).find()) {
      if (System.nanoTime() - endNs > 0) {
        throw different("shows", here, there);
      }
      LockSupport.parkNanos(STEP_NS);
      here = ours.state(names());
      there = theirs.state(names());
    }
  }

  private AssertionError different(String how, String here, String there) {
    return new AssertionError(
        "Bindery "
            + how
            + "\n  "
            + here
            + "\nRabbitMQ\n  "
            + there
            + "\nafter\n  "
            + String.join("\n  ", history));
  }
}
