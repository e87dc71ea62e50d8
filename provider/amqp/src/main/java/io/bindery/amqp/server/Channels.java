package io.bindery.amqp.server;

import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.amqp.codec.Method;
import io.bindery.amqp.codec.ProtocolException;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The channels of a connection, by their numbers, and which of them have something to do when the
 * turn ends. On the event loop.
 */
final class Channels {
  private final ClientConnection connection;
  private final long messageBytes;
  private final Map<Integer, ClientChannel> all = new HashMap<>();
  private final List<ClientChannel> toFinish = new ArrayList<>();
  private AmqpConnection opened;
  private int most;

  /** The one that was spoken of last, which is nearly always the next one. */
  private ClientChannel latest;

  Channels(ClientConnection connection, long messageBytes) {
    this.connection = connection;
    this.messageBytes = messageBytes;
  }

  /**
   * Channels may be opened from now on.
   *
   * @param most the highest number
   */
  void begin(AmqpConnection on, int most) {
    this.opened = on;
    this.most = most;
  }

  /**
   * What has ended the engine's connection, where an error is only that it has ended: that comes by
   * the inbox, and may come later than what the client has sent.
   */
  AmqpException cause(AmqpException error) {
    AmqpException[] cause = {error};
    if (error.replyCode() == ReplyCode.CHANNEL_ERROR && opened != null && opened.isClosed()) {
      opened.onFailure(why -> cause[0] = why);
    }
    return cause[0];
  }

  void method(int number, Method method) throws AmqpException {
    ClientChannel channel = find(number);
    if (channel != null) {
      channel.method(method);
    } else if (method instanceof ChannelMethod.Open) {
      open(number, method);
    } else {
      throw new ProtocolException(
          ReplyCode.CHANNEL_ERROR,
          method.type() + " came, and channel " + number + " is not open",
          method.type());
    }
  }

  private void open(int number, Method method) throws ProtocolException {
    if (number > most) {
      throw new ProtocolException(
          ReplyCode.NOT_ALLOWED,
          "channel " + number + " is beyond the limit (channel-max) of " + most,
          method.type());
    }
    ClientChannel channel = new ClientChannel(connection, number, messageBytes);
    all.put(number, channel);
    channel.open(opened.openChannel());
  }

  /** The one to which a content belongs. */
  ClientChannel ofContent(int number) throws ProtocolException {
    ClientChannel channel = find(number);
    if (channel == null) {
      throw new ProtocolException(
          ReplyCode.UNEXPECTED_FRAME,
          "A content came on channel " + number + ", which is not open");
    }
    return channel;
  }

  private ClientChannel find(int number) {
    if (latest == null || latest.number() != number) {
      latest = all.get(number);
    }
    return latest;
  }

  /** Does something with each, which may end some. */
  void each(Consumer<ClientChannel> what) {
    List.copyOf(all.values()).forEach(what);
  }

  /** Whether there are consumers of anything but replies. */
  boolean consume() {
    return all.values().stream().anyMatch(each -> each.consuming().consumes());
  }

  /** Calls back when each has done what came before. */
  void end(Runnable then) {
    int[] left = {1};
    Runnable over =
        () -> {
          if (--left[0] == 0) {
            then.run();
          }
        };
    each(
        channel -> {
          left[0]++;
          channel.end(over);
        });
    over.run();
  }

  /** It has something to do when the turn ends. */
  void finishLater(ClientChannel channel) {
    toFinish.add(channel);
  }

  /** The turn ends. */
  void finish() {
    for (int i = 0; i < toFinish.size(); i++) {
      toFinish.get(i).turnEnded();
    }
  }

  void finished() {
    toFinish.clear();
  }

  /** It is no more. */
  void forget(ClientChannel channel) {
    all.remove(channel.number(), channel);
    latest = null;
  }

  /** None is there any more. */
  void forgetAll() {
    all.clear();
    toFinish.clear();
    latest = null;
  }
}
