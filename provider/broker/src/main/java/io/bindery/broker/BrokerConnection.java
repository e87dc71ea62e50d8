package io.bindery.broker;

import io.bindery.broker.Permissions.Access;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Capabilities;
import io.bindery.engine.Capabilities.Feature;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.engine.XaBranches;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A client's connection within the virtual machine. Thread-safe. */
final class BrokerConnection implements AmqpConnection {
  private final Broker broker;
  private final VirtualHost host;
  private final ConnectSpec spec;
  private final String id;
  private final XaBranches xa;
  private final Set<BrokerChannel> channels = ConcurrentHashMap.newKeySet();
  private final List<Consumer<AmqpException>> listeners = new ArrayList<>(1);
  private volatile String clientId = "";
  private AmqpException failure;
  private volatile boolean closed;

  BrokerConnection(Broker broker, VirtualHost host, ConnectSpec spec, String id) {
    this.broker = broker;
    this.host = host;
    this.spec = spec;
    this.id = id;
    this.xa = new ConnectionBranches(broker.branches(), this);
  }

  Broker broker() {
    return broker;
  }

  VirtualHost host() {
    return host;
  }

  ConnectSpec spec() {
    return spec;
  }

  /** Unique among all connections of all brokers. */
  String id() {
    return id;
  }

  String clientId() {
    return clientId;
  }

  void clientId(String claimed) {
    clientId = claimed;
  }

  @Override
  public Engine engine() {
    return broker;
  }

  @Override
  public String virtualHost() {
    return host.name();
  }

  /** Who connected. */
  String user() {
    return spec.user();
  }

  /** Fails with ACCESS_REFUSED when its user may not do that with a queue. */
  void checkQueue(Access access, String queue) throws AmqpException {
    if (!Arguments.isReplyQueue(queue)) {
      // Nobody guesses the name of one for replies.
      check(access, "queue", queue);
    }
  }

  /** The same with an exchange. */
  void checkExchange(Access access, String exchange) throws AmqpException {
    check(access, "exchange", exchange.isEmpty() ? "amq.default" : exchange);
  }

  /** The same with the branches of others. */
  void checkBranches() throws AmqpException {
    check(Access.CONFIGURE, "resource", Permissions.BRANCHES);
  }

  private void check(Access access, String what, String name) throws AmqpException {
    if (!broker.permissions().allows(spec.user(), host.name(), access, name)) {
      throw refused(access, what + " '" + name + "'");
    }
  }

  /** RabbitMQ's words; those of its older versions are a part of them. */
  private AmqpException refused(Access access, String to) {
    return new AmqpException(
        ReplyCode.ACCESS_REFUSED,
        access.name().toLowerCase(Locale.ROOT)
            + " access to "
            + to
            + " in vhost '"
            + host.name()
            + "' refused for user '"
            + spec.user()
            + "'");
  }

  /** Fails with ACCESS_REFUSED when its user may not use that key of a topic exchange. */
  void checkTopic(Access access, Permissions.Topic topic) throws AmqpException {
    if (!broker.permissions().allowsTopic(spec.user(), host.name(), access, topic)) {
      throw refused(access, "topic '" + topic.key() + "' in exchange '" + topic.exchange() + "'");
    }
  }

  int channelCount() {
    return channels.size();
  }

  /**
   * What a resource hands on to an exchange is read from the one and written to the other
   * (RabbitMQ, "Access Control": alternate and dead-letter exchanges).
   */
  void checkHandsOn(ExchangeSpec from) throws AmqpException {
    if (from.arguments().get(Arguments.ALTERNATE_EXCHANGE) instanceof String to) {
      checkExchange(Access.READ, from.name());
      checkExchange(Access.WRITE, to);
    }
  }

  /** The same of a queue. */
  void checkHandsOn(QueueSpec from) throws AmqpException {
    if (from.arguments().get(Arguments.DEAD_LETTER_EXCHANGE) instanceof String to) {
      checkQueue(Access.READ, from.name());
      checkExchange(Access.WRITE, to);
    }
  }

  @Override
  public Ticket<Channel> openChannel() {
    if (closed) {
      return Ticket.failed(closedException());
    }
    if (channels.size() >= Limits.CHANNELS) {
      return Ticket.failed(Limits.tooManyChannels());
    }
    BrokerChannel channel = new BrokerChannel(this);
    channels.add(channel);
    if (closed) {
      channel.close();
      return Ticket.failed(closedException());
    }
    return Ticket.done(channel);
  }

  /** Permissions have changed. */
  void forgetPermissions() {
    channels.forEach(BrokerChannel::forgetPermissions);
  }

  /** Gives back the memory that its channels claimed and did not use. */
  void recallCredit() {
    channels.forEach(BrokerChannel::recallCredit);
  }

  void left(BrokerChannel channel) {
    channels.remove(channel);
  }

  AmqpException closedException() {
    return new AmqpException(
        ReplyCode.CHANNEL_ERROR, "The connection '" + spec.name() + "' is closed");
  }

  @Override
  public Ticket<Void> claimClientId(String asked) {
    if (closed) {
      return Ticket.failed(closedException());
    }
    if (broker.claim(this, asked)) {
      return Ticket.done();
    }
    return Ticket.failed(
        new AmqpException(
            ReplyCode.RESOURCE_LOCKED,
            "The client identifier '" + asked + "' is in use by another connection"));
  }

  @Override
  public XaBranches xa() {
    return xa;
  }

  @Override
  public Capabilities capabilities(String queueType) {
    // One millisecond: what the timers keep when the machine is idle.
    return queueType.equals("classic")
        ? new Capabilities(EnumSet.allOf(Feature.class), 1, Limits.HEADER_BYTES)
        : new Capabilities(Set.of(), 0, 0);
  }

  @Override
  public void onFailure(Consumer<AmqpException> listener) {
    AmqpException now;
    synchronized (listeners) {
      now = failure;
      if (now == null) {
        listeners.add(listener);
      }
    }
    if (now != null) {
      listener.accept(now);
    }
  }

  /** Ends it because of a failure, and tells so. */
  void fail(AmqpException cause) {
    List<Consumer<AmqpException>> toTell;
    synchronized (listeners) {
      if (closed || failure != null) {
        return;
      }
      failure = cause;
      toTell = List.copyOf(listeners);
    }
    close();
    toTell.forEach(listener -> listener.accept(cause));
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    synchronized (listeners) {
      if (closed) {
        return;
      }
      closed = true;
    }
    channels.forEach(BrokerChannel::close);
    broker.branches().connectionLeft(this);
    host.connectionLeft(this);
    clientId = "";
    broker.left(this);
  }
}
