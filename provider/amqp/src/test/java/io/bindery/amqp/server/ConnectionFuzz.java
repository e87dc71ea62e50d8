package io.bindery.amqp.server;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ConsumeSpec;
import io.bindery.engine.Consumer;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Observation;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What must hold of a whole connection, with an embedded broker behind it, for any bytes, as a
 * fuzzer's target: see {@link FuzzScript} for how bytes become what a client does.
 */
public final class ConnectionFuzz {
  /** Far more than any input can make it keep. */
  private static final long MOST_BYTES = 64L << 20;

  /** How it consumes where nobody else does. */
  private static final Map<String, Object> ALONE = Map.of();

  /** How it has what comes before those that the client has, be they able to take it or not. */
  private static final Map<String, Object> BEFORE_OTHERS = Map.of("x-priority", Integer.MAX_VALUE);

  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** The server survives its own failures, and logs them; here they are what is looked for. */
  private static final AtomicReference<LogRecord> FAILURE = new AtomicReference<>();

  /** Held, or it would be forgotten. */
  private static final Logger LOG = Logger.getLogger("io.bindery");

  static {
    LOG.setLevel(Level.SEVERE);
    LOG.setUseParentHandlers(false);
    LOG.addHandler(new Failures());
  }

  private static final class Failures extends Handler {
    @Override
    public void publish(LogRecord entry) {
      if (entry.getThrown() != null) {
        FAILURE.compareAndSet(null, entry);
      }
    }

    @Override
    public void flush() {
      // Nothing is kept back.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private ConnectionFuzz() {}

  /** Forgets what was logged so far. */
  static void forget() {
    FAILURE.set(null);
  }

  /** Called by a fuzzer, any number of times. */
  public static void fuzzerTestOneInput(byte[] input) {
    try (Engine engine = Engines.find("vm://fuzz" + NUMBER.incrementAndGet())) {
      played(engine, input);
      played(engine, input); // what the first left behind harms no second
      checkServes(engine, ALONE);
    } catch (AmqpException e) {
      throw new AssertionError("no engine", e);
    }
  }

  private static void played(Engine engine, byte[] input) throws AmqpException {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    ServerSettings settings =
        ServerSettings.local(0, Authenticator.of(engine))
            .within(new ServerSettings.Limits(131_072, 4, 60, 10_000, 100_000, 10));
    Hunger hunger = new Hunger(engine);
    List<FakeWire> wires = new ArrayList<>();
    Supplier<FakeWire> network =
        () -> {
          check(allocator.metric().usedHeapMemory() <= MOST_BYTES, "much memory is taken");
          FakeWire wire = new FakeWire(allocator);
          wires.add(wire);
          return wire;
        };
    FuzzScript script =
        new FuzzScript(
            network, wire -> new ClientConnection(hunger.engine(), settings, wire), input);
    script.play(
        new FuzzScript.Witness() {
          @Override
          public boolean allHave(ClientConnection connection) {
            return !hunger.isIn(connection);
          }

          @Override
          public void connected() {
            checkServes(engine, BEFORE_OTHERS);
          }

          @Override
          public void channelsClosed() {
            checkNobodyConsumes(engine);
            checkServes(engine, ALONE);
          }
        });
    wires.forEach(FakeWire::run);
    check(allocator.metric().usedHeapMemory() == 0, "buffers are not released");
    checkLeft(engine.observe(), script.prepares());
    LogRecord failure = FAILURE.getAndSet(null);
    if (failure != null) {
      throw new AssertionError(failure.getMessage(), failure.getThrown());
    }
  }

  private static void checkNobodyConsumes(Engine engine) {
    try {
      check(engine.observe().consumers().isEmpty(), "a closed channel has a consumer");
    } catch (AmqpException e) {
      throw new AssertionError("nothing is observed", e);
    }
  }

  private static void checkLeft(Observation seen, boolean prepared) {
    check(seen.connections().isEmpty(), "a connection is left behind");
    check(seen.consumers().isEmpty(), "a consumer is left behind");
    for (var queue : seen.queues()) {
      check(prepared || queue.unacknowledged() == 0, "a delivery is left behind");
      check(!queue.spec().exclusive(), "an exclusive queue is left behind");
    }
  }

  /** No queue has lost what wakes its next consumer. */
  private static void checkServes(Engine engine, Map<String, Object> consumes) {
    try {
      for (var queue : engine.observe().queues()) {
        // Arguments may say that there is no room, or that what comes expires at once.
        if (queue.spec().arguments().isEmpty() && !queue.exclusive()) {
          ConnectSpec after = new ConnectSpec("guest", "guest", queue.virtualHost(), "after", 0);
          try (AmqpConnection connection = engine.connect(after).await()) {
            checkServes(connection.openChannel().await(), queue.name(), consumes);
          }
        }
      }
    } catch (AmqpException e) {
      throw new AssertionError("a queue is not served", e);
    }
  }

  private static void checkServes(Channel channel, String queue, Map<String, Object> consumes)
      throws AmqpException {
    AtomicInteger signals = new AtomicInteger();
    ConsumeSpec healthy = new ConsumeSpec(queue, "", 0, false, "", false, consumes, false);
    Ticket<Consumer> consuming = channel.consume(healthy, signals::incrementAndGet);
    AmqpException refused = consuming.failure();
    if (refused != null && refused.replyCode() == ReplyCode.ACCESS_REFUSED) {
      return; // the client has an exclusive consumer
    }
    Consumer consumer = consuming.await();
    List<Delivery> came = new ArrayList<>();
    int more = 1;
    while (more > 0) {
      more = consumer.drain(100, came);
    }
    int before = signals.get();
    channel
        .publish(Route.toQueue(queue), AmqpMessage.builder().build(), channel.autoCommit())
        .await();
    check(signals.get() > before, "a consumer is not woken");
    check(consumer.drain(1, came) == 1, "a consumer gets nothing");
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
