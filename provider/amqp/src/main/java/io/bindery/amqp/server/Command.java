package io.bindery.amqp.server;

import io.bindery.amqp.codec.MethodType;
import io.bindery.amqp.codec.WireText;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.XaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A command that came, its arguments, and how it is answered, once. On the event loop. */
final class Command {
  private final ClientChannel channel;
  private final String name;
  private final AmqpMessage message;
  private final long publish;

  /**
   * A command.
   *
   * @param name its routing key
   * @param publish its number as a publish, 0 where none is confirmed
   */
  Command(ClientChannel channel, String name, AmqpMessage message, long publish) {
    this.channel = channel;
    this.name = name;
    this.message = message;
    this.publish = publish;
  }

  String name() {
    return name;
  }

  /** Fails where nobody would hear the answer. */
  void checkAnswerable() throws AmqpException {
    if (message.replyTo() == null) {
      throw refused("it needs a reply-to");
    }
  }

  /** What its answer is known by: empty for none. */
  String correlationId() {
    return message.correlationId() == null ? "" : message.correlationId();
  }

  // --- arguments ---

  private Object given(String argument) throws AmqpException {
    Object value = message.headers().get(argument);
    if (value == null) {
      throw refused("argument '" + argument + "' is missing");
    }
    return value;
  }

  boolean has(String argument) {
    return message.headers().get(argument) != null;
  }

  String text(String argument) throws AmqpException {
    Object value = given(argument);
    if (value instanceof String text) {
      return text;
    }
    throw mustBe(argument, value, "a string");
  }

  /** A string, or what holds where none is given. */
  String text(String argument, String otherwise) throws AmqpException {
    return has(argument) ? text(argument) : otherwise;
  }

  /** A boolean; false where none is given. */
  boolean flag(String argument) throws AmqpException {
    Object value = has(argument) ? given(argument) : Boolean.FALSE;
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw mustBe(argument, value, "a boolean");
  }

  long number(String argument) throws AmqpException {
    return number(argument, given(argument));
  }

  private long number(String argument, Object value) throws AmqpException {
    if (isWhole(value)) {
      return ((Number) value).longValue();
    }
    throw mustBe(argument, value, "an integer");
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte;
  }

  /** An integer of 32 bits, or what holds where none is given. */
  int number(String argument, int otherwise) throws AmqpException {
    if (!has(argument)) {
      return otherwise;
    }
    long value = number(argument);
    if (value != (int) value) {
      throw mustBe(argument, value, "an integer of 32 bits");
    }
    return (int) value;
  }

  /**
   * Integers, and arrays of the first and the last of several in a row; none where none are given.
   *
   * @param most how many may be named, so that a range of all numbers is not made
   */
  List<Long> ranges(String argument, int most) throws AmqpException {
    Object value = has(argument) ? given(argument) : List.of();
    if (!(value instanceof List<?> list)) {
      throw mustBe(argument, value, "an array of integers");
    }
    List<Long> numbers = new ArrayList<>(list.size());
    for (Object each : list) {
      if (each instanceof List<?> range) {
        addRange(argument, range, most, numbers);
      } else {
        numbers.add(number(argument, each));
      }
    }
    return numbers;
  }

  private void addRange(String argument, List<?> range, int most, List<Long> numbers)
      throws AmqpException {
    if (range.size() != 2) {
      throw mustBe(argument, range, "an integer, or an array of a first and a last one");
    }
    long first = number(argument, range.get(0));
    long last = number(argument, range.get(1));
    if (first < 1 || last < first) {
      throw mustBe(argument, range, "a first and a last one that is no less");
    }
    if (last - first >= most - numbers.size()) {
      throw refused("argument '" + argument + "' names more than there are: " + range);
    }
    for (long each = first; each <= last; each++) {
      numbers.add(each);
    }
  }

  /** Tables that have arguments of their own; none where none are given. */
  List<Command> parts(String argument) throws AmqpException {
    Object value = has(argument) ? given(argument) : List.of();
    if (!(value instanceof List<?> list)) {
      throw mustBe(argument, value, "an array of tables");
    }
    List<Command> parts = new ArrayList<>(list.size());
    for (Object each : list) {
      if (!(each instanceof Map<?, ?> table)) {
        throw mustBe(argument, each, "an array of tables");
      }
      Map<String, Object> arguments = new LinkedHashMap<>();
      table.forEach((key, one) -> arguments.put(String.valueOf(key), one));
      parts.add(
          new Command(channel, name, message.toBuilder().headers(arguments).build(), publish));
    }
    return parts;
  }

  /** Bytes; what is given as a string is its bytes. */
  byte[] bytes(String argument) throws AmqpException {
    Object value = given(argument);
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (value instanceof String text) {
      return WireText.encode(text);
    }
    throw mustBe(argument, value, "bytes");
  }

  /** A table whose values are not void; empty where none is given. */
  Map<String, Object> table(String argument) throws AmqpException {
    Object value = has(argument) ? given(argument) : Map.of();
    if (!(value instanceof Map<?, ?> table)) {
      throw mustBe(argument, value, "a table");
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> each : table.entrySet()) {
      if (each.getValue() == null) {
        throw refused("argument '" + argument + "': '" + each.getKey() + "' is void");
      }
      copy.put(String.valueOf(each.getKey()), each.getValue());
    }
    return copy;
  }

  private AmqpException mustBe(String argument, Object value, String what) {
    return refused("argument '" + argument + "' is '" + value + "', but must be " + what);
  }

  /** What is wrong with it. */
  AmqpException refused(String what) {
    return new AmqpException(ReplyCode.PRECONDITION_FAILED, "Command " + name + ": " + what);
  }

  // --- the end ---

  /** Answers when the engine has; what comes on the channel meanwhile waits. */
  <T> void answer(Ticket<T> ticket, Function<? super T, Map<String, Object>> fields) {
    channel.await(
        ticket,
        (value, failure) -> {
          if (failure != null) {
            fail(failure);
          } else {
            done(fields.apply(value));
          }
        });
  }

  /** It was done. */
  void done(Map<String, Object> fields) {
    finished();
    if (message.replyTo() == null) {
      return;
    }
    try {
      channel.consuming().answer(name, message.correlationId(), fields);
    } catch (AmqpException e) {
      refuse(e);
    }
  }

  /** It was done, and there is nothing more to say. */
  void done() {
    done(Map.of());
  }

  /** It failed, and nothing was done. */
  void fail(AmqpException why) {
    finished();
    refuse(why);
  }

  private void refuse(AmqpException why) {
    if (message.replyTo() == null) {
      channel.fail(why, MethodType.BASIC_PUBLISH);
      return;
    }
    try {
      channel.consuming().answer(name, message.correlationId(), reasons(why));
    } catch (AmqpException e) {
      channel.fail(e, MethodType.BASIC_PUBLISH);
    }
  }

  /** It has been answered, or needs no answer. */
  void finished() {
    channel.work().published(publish, true);
  }

  /** The fields that say why something failed. */
  static Map<String, Object> reasons(AmqpException why) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("reply-code", why.replyCode().code());
    fields.put("reply-text", String.valueOf(why.getMessage()));
    if (why instanceof XaException branch) {
      fields.put("xa-error", branch.errorCode());
    }
    return fields;
  }
}
