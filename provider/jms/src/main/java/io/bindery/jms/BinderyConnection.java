package io.bindery.jms;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.SubscriptionSpec.Kind;
import io.bindery.jms.ConsumerFactory.Named;
import io.bindery.jms.JmsConnectionConsumer.Terms;
import io.bindery.jms.message.MessageContext;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A connection of any domain (Jakarta Messaging 6.1): one connection of an engine. Thread-safe. */
public class BinderyConnection implements QueueConnection, TopicConnection {
  private static final System.Logger LOG = System.getLogger(BinderyConnection.class.getName());

  private final AmqpConnection engineConnection;
  private final Domain domain;
  private final ConnectionSettings settings;
  private final String id =
      Long.toString(UUID.randomUUID().getMostSignificantBits() & Long.MAX_VALUE, 36);
  private final AtomicInteger sessionsMade = new AtomicInteger();
  private final List<JmsSession> sessions = new CopyOnWriteArrayList<>();
  private final Temporaries temporaries = new Temporaries(this);
  private final ConnectionConsumers connectionConsumers = new ConnectionConsumers(this);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Object listenerLock = new Object();
  private volatile String clientId = "";
  private volatile ExceptionListener exceptionListener;
  private volatile AmqpException failure;
  private volatile boolean used;
  private volatile boolean closed;
  private boolean started;

  /**
   * A stopped connection.
   *
   * @throws JMSException when the client identifier of the settings is refused; then the engine's
   *     connection is closed
   */
  BinderyConnection(AmqpConnection engineConnection, Domain domain, ConnectionSettings settings)
      throws JMSException {
    this.engineConnection = engineConnection;
    this.domain = domain;
    this.settings = settings;
    if (!settings.clientId().isEmpty()) {
      try {
        claim(settings.clientId());
      } catch (JMSException e) {
        engineConnection.close();
        throw e;
      }
    }
    engineConnection.onFailure(this::failed);
  }

  /** The connection of the engine beneath, for a resource adapter. */
  public final AmqpConnection engineConnection() {
    return engineConnection;
  }

  /** What turns an engine's deliveries into messages, for a resource adapter. */
  public final MessageContext messageContext() {
    return settings.messageContext();
  }

  final Domain domain() {
    return domain;
  }

  final String id() {
    return id;
  }

  final String clientId() {
    return clientId;
  }

  final int prefetch() {
    return settings.prefetch();
  }

  final Temporaries temporaries() {
    return temporaries;
  }

  final void checkOpen() throws JMSException {
    if (closed) {
      throw JmsExceptions.illegalState("The connection is closed");
    }
  }

  /** Fails once the engine's connection has ended otherwise than by {@link #close}. */
  final void checkNotFailed() throws JMSException {
    AmqpException cause = failure;
    if (cause == null && engineConnection.isClosed() && !closing.get()) {
      // It ends before it says why.
      cause = new AmqpException(ReplyCode.CONNECTION_FORCED, "The broker has closed it");
    }
    if (cause != null) {
      throw JmsExceptions.of(cause, "The connection has failed");
    }
  }

  /** From now on the client identifier may not be set (Jakarta Messaging 6.1.2). */
  final void use() throws JMSException {
    checkOpen();
    used = true;
  }

  @Override
  public final Session createSession() throws JMSException {
    return createSession(Session.AUTO_ACKNOWLEDGE);
  }

  @Override
  public final Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
    use();
    return newSession(mode(transacted, acknowledgeMode));
  }

  @Override
  public final Session createSession(int sessionMode) throws JMSException {
    use();
    return newSession(sessionMode);
  }

  @Override
  public final QueueSession createQueueSession(boolean transacted, int acknowledgeMode)
      throws JMSException {
    use();
    domain.forQueues("createQueueSession");
    return newSession(mode(transacted, acknowledgeMode));
  }

  @Override
  public final TopicSession createTopicSession(boolean transacted, int acknowledgeMode)
      throws JMSException {
    use();
    domain.forTopics("createTopicSession");
    return newSession(mode(transacted, acknowledgeMode));
  }

  private static int mode(boolean transacted, int acknowledgeMode) throws JMSException {
    if (!transacted && acknowledgeMode == Session.SESSION_TRANSACTED) {
      throw new JMSException(
          "A session that is not transacted cannot have the mode SESSION_TRANSACTED");
    }
    return transacted ? Session.SESSION_TRANSACTED : acknowledgeMode;
  }

  /** A session, which leaves the client identifier settable. */
  final JmsSession newSession(int sessionMode) throws JMSException {
    Function<JmsSession, SessionMode> mode =
        switch (sessionMode) {
          case Session.AUTO_ACKNOWLEDGE -> AutoAcknowledge::new;
          case Session.CLIENT_ACKNOWLEDGE -> ClientAcknowledge::new;
          case Session.DUPS_OK_ACKNOWLEDGE -> DupsOkAcknowledge::new;
          case Session.SESSION_TRANSACTED -> LocalTransaction::new;
          default -> throw new JMSException("There is no session mode " + sessionMode);
        };
    return add(new JmsSession(this, nextSessionId(), openChannel(), mode));
  }

  final String nextSessionId() {
    return id + "-" + sessionsMade.incrementAndGet();
  }

  final Channel openChannel() throws JMSException {
    checkOpen();
    try {
      return engineConnection.openChannel().await();
    } catch (AmqpException e) {
      throw JmsExceptions.of(e, "creating a session");
    }
  }

  final synchronized <T extends JmsSession> T add(T session) throws JMSException {
    checkOpen();
    sessions.add(session);
    if (started) {
      session.deliveries().start();
    }
    return session;
  }

  final void forget(JmsSession session) {
    sessions.remove(session);
  }

  /** Whether its close has begun, and waits for the caller to return. */
  final boolean isWaitingForCaller() {
    return closing.get()
        && (isListening()
            || sessions.stream().anyMatch(session -> session.completions().isCallback()));
  }

  /** Whether the caller is a listener of one of its sessions. */
  final boolean isListening() {
    return sessions.stream().anyMatch(session -> session.deliveries().isListening());
  }

  final boolean consumesFrom(BinderyDestination destination) {
    return connectionConsumers.consumeFrom(destination)
        || sessions.stream()
            .flatMap(session -> session.deliveries().consumers().stream())
            .anyMatch(
                consumer -> consumer.settings().destination().route().equals(destination.route()));
  }

  @Override
  public final String getClientID() throws JMSException {
    checkOpen();
    return clientId.isEmpty() ? null : clientId;
  }

  @Override
  public final synchronized void setClientID(String value) throws JMSException {
    checkOpen();
    if (!clientId.isEmpty()) {
      throw JmsExceptions.illegalState(
          "setClientID: the connection has the client identifier '" + clientId + "' already");
    }
    if (used) {
      throw JmsExceptions.illegalState(
          "setClientID: it must come before any other use of the connection");
    }
    if (value == null || value.isBlank()) {
      throw new InvalidClientIDException("setClientID: the client identifier is empty");
    }
    claim(value);
  }

  private void claim(String value) throws JMSException {
    try {
      engineConnection.claimClientId(value).await();
    } catch (AmqpException e) {
      throw JmsExceptions.invalidClientId(e, value);
    }
    clientId = value;
  }

  @Override
  public final ConnectionMetaData getMetaData() throws JMSException {
    checkOpen();
    return JmsConnectionMetaData.INSTANCE;
  }

  @Override
  public final ExceptionListener getExceptionListener() throws JMSException {
    checkOpen();
    return exceptionListener;
  }

  @Override
  public final void setExceptionListener(ExceptionListener listener) throws JMSException {
    checkOpen();
    exceptionListener = listener;
  }

  @Override
  public final synchronized void start() throws JMSException {
    use();
    if (!started && !closing.get()) {
      started = true;
      sessions.forEach(session -> session.deliveries().start());
      connectionConsumers.started(true);
    }
  }

  /**
   * Waits for running listeners, with all of the connection at their service (Jakarta Messaging
   * 6.1.5).
   */
  @Override
  public final void stop() throws JMSException {
    use();
    for (JmsSession session : sessions) {
      session.notFromMessageListener("stop");
    }
    synchronized (this) {
      if (!started) {
        return;
      }
      started = false;
      connectionConsumers.started(false);
      sessions.forEach(session -> session.deliveries().stop());
    }
    awaitListeners();
    sessions.forEach(session -> session.deliveries().awaitStopped());
  }

  /**
   * All listeners return before any session is suspended or closes: a listener may use other
   * sessions than its own.
   */
  private void awaitListeners() {
    sessions.forEach(session -> session.deliveries().gate().awaitEmpty());
  }

  /**
   * Waits for running listeners and blocked receives (Jakarta Messaging 6.1.8). Twice does nothing
   * but wait for the first.
   */
  @Override
  public final void close() throws JMSException {
    for (JmsSession session : sessions) {
      session.notFromListener("close");
    }
    if (!closing.compareAndSet(false, true)) {
      // Whoever else closes it may still wait for a listener.
      Gate.await(ended);
      return;
    }
    try {
      // First of all no listener begins any more: what follows may wait for a broker.
      synchronized (this) {
        started = false;
        connectionConsumers.started(false);
        sessions.forEach(session -> session.deliveries().stop());
      }
      connectionConsumers.close();
      // A listener that waits for a message waits no longer.
      sessions.forEach(session -> session.deliveries().wakeAll());
      awaitListeners();
      closeSessions();
      engineConnection.close();
      XaDeliveries.of(engineConnection.engine())
          .forget(channel -> channel.connection() == engineConnection);
    } finally {
      closed = true;
      ended.countDown();
    }
  }

  private void closeSessions() throws JMSException {
    // A CompletionListener that still runs may create sessions.
    while (!noSessions()) {
      for (JmsSession session : sessions) {
        session.close();
        sessions.remove(session);
      }
    }
  }

  /** Whether all sessions are closed; then there will be no others. */
  private synchronized boolean noSessions() {
    closed = sessions.isEmpty();
    return closed;
  }

  /** The engine's connection has ended; on a thread of the engine, which must not be blocked. */
  private void failed(AmqpException cause) {
    if (closing.get()) {
      return;
    }
    failure = cause;
    sessions.forEach(session -> session.deliveries().wakeAll());
    connectionConsumers.wakeAll();
    tell(JmsExceptions.of(cause, "The connection has failed"));
  }

  /** Reports what no call can be told (Jakarta Messaging 6.1.7). */
  final void report(JMSException problem) {
    if (!engineConnection.isClosed()) {
      tell(problem);
    }
  }

  private void tell(JMSException problem) {
    ExceptionListener listener = exceptionListener;
    if (listener == null) {
      LOG.log(
          Level.WARNING,
          "A connection without ExceptionListener has a problem: " + problem.getMessage());
      return;
    }
    Thread thread = new Thread(() -> call(listener, problem), "bindery-exception-listener-" + id);
    thread.setDaemon(true);
    thread.start();
  }

  private void call(ExceptionListener listener, JMSException problem) {
    synchronized (listenerLock) {
      try {
        listener.onException(problem);
      } catch (Throwable e) { // boundary: the application's own code
        LOG.log(Level.WARNING, "An ExceptionListener threw an exception", e);
      }
    }
  }

  @Override
  public final ConnectionConsumer createConnectionConsumer(
      Destination destination, String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    use();
    return connectionConsumers.any(destination, selector, new Terms(pool, maxMessages));
  }

  @Override
  public final ConnectionConsumer createConnectionConsumer(
      Queue queue, String selector, ServerSessionPool pool, int maxMessages) throws JMSException {
    domain.forQueues("createConnectionConsumer");
    return createConnectionConsumer((Destination) queue, selector, pool, maxMessages);
  }

  @Override
  public final ConnectionConsumer createConnectionConsumer(
      Topic topic, String selector, ServerSessionPool pool, int maxMessages) throws JMSException {
    domain.forTopics("createConnectionConsumer");
    return createConnectionConsumer((Destination) topic, selector, pool, maxMessages);
  }

  @Override
  public final ConnectionConsumer createSharedConnectionConsumer(
      Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    domain.forTopics("createSharedConnectionConsumer");
    return named(
        Kind.SHARED, topic, new Named(name, selector, false), new Terms(pool, maxMessages));
  }

  @Override
  public final ConnectionConsumer createDurableConnectionConsumer(
      Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    domain.forTopics("createDurableConnectionConsumer");
    return named(
        Kind.DURABLE, topic, new Named(name, selector, false), new Terms(pool, maxMessages));
  }

  @Override
  public final ConnectionConsumer createSharedDurableConnectionConsumer(
      Topic topic, String name, String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    domain.forTopics("createSharedDurableConnectionConsumer");
    return named(
        Kind.SHARED_DURABLE, topic, new Named(name, selector, false), new Terms(pool, maxMessages));
  }

  private ConnectionConsumer named(Kind kind, Topic topic, Named named, Terms terms)
      throws JMSException {
    use();
    return connectionConsumers.named(kind, topic, named, terms);
  }

  /** The channel that settles what connection consumers load. */
  final Channel consumersChannel() throws JMSException {
    return connectionConsumers.openChannel();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + id + "]";
  }
}
