package io.bindery.jms;

import io.bindery.engine.Channel;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.jms.ConsumerFactory.Named;
import io.bindery.jms.JmsConnectionConsumer.Terms;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The connection consumers of a connection (Jakarta Messaging 11.2), on one channel of their own:
 * what they load into a session is settled there, with the transaction of that session. All that a
 * channel allows one thread only is done under the channel's monitor. Thread-safe.
 */
final class ConnectionConsumers {
  private final BinderyConnection connection;
  private final List<JmsConnectionConsumer> open = new CopyOnWriteArrayList<>();
  private JmsSession loader;
  private volatile Channel channel;
  private boolean started;
  private boolean closed;

  ConnectionConsumers(BinderyConnection connection) {
    this.connection = connection;
  }

  /** The channel of what is loaded, once somebody consumes so. */
  Channel channel() {
    return channel;
  }

  /** The same, opened now if need be. */
  Channel openChannel() throws JMSException {
    return loader().channel();
  }

  /** A session that nobody sees, whose channel it is. */
  private synchronized JmsSession loader() throws JMSException {
    if (loader == null) {
      Channel made = connection.openChannel();
      loader = new JmsSession(connection, connection.nextSessionId(), made, ClientAcknowledge::new);
      channel = made;
    }
    return loader;
  }

  ConnectionConsumer any(Destination destination, String selector, Terms terms)
      throws JMSException {
    check(destination, selector, terms);
    JmsSession maker = loader();
    synchronized (maker.channel()) {
      return begun(factory(maker, terms).any(destination, selector, false));
    }
  }

  ConnectionConsumer named(Kind kind, Topic topic, Named named, Terms terms) throws JMSException {
    check(topic, named.selector(), terms);
    JmsSession maker = loader();
    synchronized (maker.channel()) {
      return begun(factory(maker, terms).named(kind, topic, named));
    }
  }

  /** What is wrong is told before anything is made: in the order of the arguments. */
  private static void check(Destination destination, String selector, Terms terms)
      throws JMSException {
    BinderyDestination own = BinderyDestination.of(destination);
    ConsumerFactory.checkedSelector(selector, "creating a connection consumer of " + own);
    terms.check();
  }

  private ConsumerFactory<JmsConnectionConsumer> factory(JmsSession maker, Terms terms) {
    return new ConsumerFactory<>(
        maker, settings -> new JmsConnectionConsumer(this, settings, terms));
  }

  private synchronized ConnectionConsumer begun(JmsConnectionConsumer consumer)
      throws JMSException {
    if (closed) {
      consumer.end();
      throw JmsExceptions.illegalState("The connection is closed");
    }
    open.add(consumer);
    consumer.started(started);
    Thread thread = new Thread(consumer, "bindery-connection-consumer-" + connection.id());
    thread.setDaemon(true);
    thread.start();
    return consumer;
  }

  synchronized void started(boolean value) {
    started = value;
    open.forEach(consumer -> consumer.started(value));
  }

  /** The connection closes. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    open.forEach(JmsConnectionConsumer::end);
    open.clear();
  }

  /** The connection has failed: all look what became of them. */
  void wakeAll() {
    open.forEach(JmsConnectionConsumer::work);
  }

  void forget(JmsConnectionConsumer consumer) {
    open.remove(consumer);
  }

  boolean consumeFrom(BinderyDestination destination) {
    return open.stream()
        .anyMatch(consumer -> consumer.destination().route().equals(destination.route()));
  }

  /** A consumer's queue is gone. */
  void deleted(JmsConnectionConsumer consumer) {
    open.remove(consumer);
    report(consumer.deletion());
  }

  void report(JMSException problem) {
    connection.report(problem);
  }

  /** The session of a server session, as one of ours. */
  JmsSession own(Session session) throws JMSException {
    if (session instanceof JmsSession own && own.connection() == connection) {
      return own;
    }
    throw JmsExceptions.illegalState(
        session == null
            ? "A ServerSession gave no session"
            : "A ServerSession's session is not of the connection that loads it: "
                + session.getClass().getName());
  }
}
