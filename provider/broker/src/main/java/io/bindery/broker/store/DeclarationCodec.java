package io.bindery.broker.store;

import io.bindery.engine.Binding;
import io.bindery.engine.Binding.DestinationType;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.SubscriptionSpec;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;

/**
 * The bytes of declarations in the store. Thread-safe: keeps nothing.
 *
 * <p>Each encoder gives a buffer from the declaration's beginning to its end with as many bytes
 * before its position as its caller asks for, and throws an {@link UnstorableException} when an
 * argument is of a class that has no form. Each decoder reads from the buffer's position and leaves
 * it behind the declaration, or where it was when it throws a {@link MalformedRecordException}.
 *
 * <table>
 * <caption>Version 1; types are those of {@link FieldType}, flags an int8</caption>
 * <tr><th>all</th><td>int8 version, 1; int8 kind, the letter below</td></tr>
 * <tr><th>{@code E}</th><td>exchange: flags (0x1 durable, 0x2 auto-delete, 0x4 internal); name, type
 *     as texts; arguments as table</td></tr>
 * <tr><th>{@code Q}</th><td>queue: flags (0x1 durable, 0x2 auto-delete, 0x4 exclusive); int8
 *     defaults, 0 AMQP, 1 JMS; name as text; arguments as table</td></tr>
 * <tr><th>{@code B}</th><td>binding: flags (0x1 the destination is an exchange); source,
 *     destination, routing key as texts; arguments as table; connection and client identifiers
 *     whose publishes it leaves out as texts</td></tr>
 * <tr><th>{@code S}</th><td>subscription: flags (0x1 no-local, 0x2 the topic is mandatory); int8
 *     kind, 0 non-durable, 1 shared, 2 durable, 3 shared durable; client identifier, name, exchange,
 *     binding key, selector as texts</td></tr>
 * </table>
 */
public final class DeclarationCodec {
  private static final byte VERSION = 1;
  private static final byte EXCHANGE = 'E';
  private static final byte QUEUE = 'Q';
  private static final byte BINDING = 'B';
  private static final byte SUBSCRIPTION = 'S';

  private static final int DURABLE = 0x1;
  private static final int AUTO_DELETE = 0x2;
  private static final int INTERNAL = 0x4;
  private static final int EXCLUSIVE = 0x4;
  private static final int TO_EXCHANGE = 0x1;
  private static final int NO_LOCAL = 0x1;
  private static final int MANDATORY = 0x2;

  /** Version, kind, flags, and one byte more. */
  private static final int START_BYTES = 4;

  private static final String ARGUMENT = "Argument";

  private DeclarationCodec() {}

  /** Encodes an exchange. */
  public static ByteBuffer encode(int headroom, ExchangeSpec exchange) {
    FieldSize size = new FieldSize((long) headroom + START_BYTES);
    size.text(exchange.name());
    size.text(exchange.type());
    size.table(ARGUMENT, exchange.arguments());
    FieldWriter writer = begin(headroom, size, EXCHANGE);
    writer.int8(
        flag(exchange.durable(), DURABLE)
            | flag(exchange.autoDelete(), AUTO_DELETE)
            | flag(exchange.internal(), INTERNAL));
    writer.text(exchange.name());
    writer.text(exchange.type());
    writer.table(exchange.arguments());
    return writer.written(headroom);
  }

  /** Decodes an exchange. */
  public static ExchangeSpec decodeExchange(ByteBuffer from) {
    FieldReader reader = begin(from, EXCHANGE);
    int flags = flags(reader, DURABLE | AUTO_DELETE | INTERNAL);
    ExchangeSpec exchange =
        new ExchangeSpec(
            reader.text(),
            reader.text(),
            (flags & DURABLE) != 0,
            (flags & AUTO_DELETE) != 0,
            (flags & INTERNAL) != 0,
            arguments(reader));
    return done(from, reader, exchange);
  }

  /** Encodes a queue. */
  public static ByteBuffer encode(int headroom, QueueSpec queue) {
    FieldSize size = new FieldSize((long) headroom + START_BYTES);
    size.text(queue.name());
    size.table(ARGUMENT, queue.arguments());
    FieldWriter writer = begin(headroom, size, QUEUE);
    writer.int8(
        flag(queue.durable(), DURABLE)
            | flag(queue.autoDelete(), AUTO_DELETE)
            | flag(queue.exclusive(), EXCLUSIVE));
    writer.int8(
        switch (queue.defaults()) {
          case AMQP -> 0;
          case JMS -> 1;
        });
    writer.text(queue.name());
    writer.table(queue.arguments());
    return writer.written(headroom);
  }

  /** Decodes a queue. */
  public static QueueSpec decodeQueue(ByteBuffer from) {
    FieldReader reader = begin(from, QUEUE);
    int flags = flags(reader, DURABLE | AUTO_DELETE | EXCLUSIVE);
    byte code = reader.int8();
    QueueSpec.Defaults defaults =
        switch (code) {
          case 0 -> QueueSpec.Defaults.AMQP;
          case 1 -> QueueSpec.Defaults.JMS;
          default -> throw reader.malformed("defaults of " + code);
        };
    QueueSpec queue =
        new QueueSpec(
            reader.text(),
            (flags & DURABLE) != 0,
            (flags & EXCLUSIVE) != 0,
            (flags & AUTO_DELETE) != 0,
            defaults,
            arguments(reader));
    return done(from, reader, queue);
  }

  /** Encodes a binding. */
  public static ByteBuffer encode(int headroom, StoredBinding stored) {
    Binding binding = stored.binding();
    FieldSize size = new FieldSize((long) headroom + START_BYTES);
    size.text(binding.source());
    size.text(binding.destination());
    size.text(binding.routingKey());
    size.table(ARGUMENT, binding.arguments());
    size.text(stored.connectionId());
    size.text(stored.clientId());
    FieldWriter writer = begin(headroom, size, BINDING);
    writer.int8(flag(binding.destinationType() == DestinationType.EXCHANGE, TO_EXCHANGE));
    writer.text(binding.source());
    writer.text(binding.destination());
    writer.text(binding.routingKey());
    writer.table(binding.arguments());
    writer.text(stored.connectionId());
    writer.text(stored.clientId());
    return writer.written(headroom);
  }

  /** Decodes a binding. */
  public static StoredBinding decodeBinding(ByteBuffer from) {
    FieldReader reader = begin(from, BINDING);
    int flags = flags(reader, TO_EXCHANGE);
    String source = reader.text();
    String destination = reader.text();
    String routingKey = reader.text();
    Map<String, Object> arguments = reader.table();
    Binding binding =
        new Binding(
            source,
            destination,
            flags == TO_EXCHANGE ? DestinationType.EXCHANGE : DestinationType.QUEUE,
            routingKey,
            arguments);
    return done(from, reader, new StoredBinding(binding, reader.text(), reader.text()));
  }

  /** Encodes a subscription. */
  public static ByteBuffer encode(int headroom, SubscriptionSpec subscription) {
    Route topic = subscription.topic();
    FieldSize size = new FieldSize((long) headroom + START_BYTES);
    size.text(subscription.clientId());
    size.text(subscription.name());
    size.text(topic.exchange());
    size.text(topic.routingKey());
    size.text(subscription.selector());
    FieldWriter writer = begin(headroom, size, SUBSCRIPTION);
    writer.int8(flag(subscription.noLocal(), NO_LOCAL) | flag(topic.mandatory(), MANDATORY));
    writer.int8(
        switch (subscription.kind()) {
          case NON_DURABLE -> 0;
          case SHARED -> 1;
          case DURABLE -> 2;
          case SHARED_DURABLE -> 3;
        });
    writer.text(subscription.clientId());
    writer.text(subscription.name());
    writer.text(topic.exchange());
    writer.text(topic.routingKey());
    writer.text(subscription.selector());
    return writer.written(headroom);
  }

  /** Decodes a subscription. */
  public static SubscriptionSpec decodeSubscription(ByteBuffer from) {
    FieldReader reader = begin(from, SUBSCRIPTION);
    int flags = flags(reader, NO_LOCAL | MANDATORY);
    byte code = reader.int8();
    SubscriptionSpec.Kind kind =
        switch (code) {
          case 0 -> SubscriptionSpec.Kind.NON_DURABLE;
          case 1 -> SubscriptionSpec.Kind.SHARED;
          case 2 -> SubscriptionSpec.Kind.DURABLE;
          case 3 -> SubscriptionSpec.Kind.SHARED_DURABLE;
          default -> throw reader.malformed("a subscription of kind " + code);
        };
    String clientId = reader.text();
    String name = reader.text();
    Route topic = new Route(reader.text(), reader.text(), (flags & MANDATORY) != 0);
    SubscriptionSpec subscription =
        new SubscriptionSpec(kind, clientId, name, topic, reader.text(), (flags & NO_LOCAL) != 0);
    return done(from, reader, subscription);
  }

  /**
   * Checks the arguments of a declaration.
   *
   * @throws UnstorableException when one is of a class that has no form
   */
  public static void check(Map<String, Object> arguments) {
    new FieldSize(0).table(ARGUMENT, arguments);
  }

  private static int flag(boolean set, int flag) {
    return set ? flag : 0;
  }

  private static FieldWriter begin(int headroom, FieldSize size, byte kind) {
    FieldWriter writer = new FieldWriter(new byte[size.bytes()], headroom);
    writer.int8(VERSION);
    writer.int8(kind);
    return writer;
  }

  private static FieldReader begin(ByteBuffer from, byte kind) {
    FieldReader reader = new FieldReader(from.slice(), 0);
    byte version = reader.int8();
    if (version != VERSION) {
      throw new UnknownFormatException("a declaration of version " + version, "version " + VERSION);
    }
    byte found = reader.int8();
    if (found != kind) {
      throw reader.malformed(
          "a declaration of kind " + found + " where one of kind " + kind + " is expected");
    }
    return reader;
  }

  private static int flags(FieldReader reader, int known) {
    int flags = reader.int8();
    if ((flags & ~known) != 0) {
      throw reader.malformed("flags of 0x" + Integer.toHexString(flags & 0xFF));
    }
    return flags;
  }

  /** Arguments of what takes no void. */
  private static Map<String, Object> arguments(FieldReader reader) {
    int offset = reader.offset();
    Map<String, Object> arguments = reader.table();
    if (arguments.values().stream().anyMatch(Objects::isNull)) {
      throw new MalformedRecordException(offset, "an argument of null");
    }
    return arguments;
  }

  private static <T> T done(ByteBuffer from, FieldReader reader, T decoded) {
    from.position(from.position() + reader.offset());
    return decoded;
  }
}
