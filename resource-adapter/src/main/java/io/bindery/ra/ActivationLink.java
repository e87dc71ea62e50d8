package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Channel;
import io.bindery.engine.Engine;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Subscription;
import java.util.ArrayList;
import java.util.List;

/**
 * An activation's stand on a broker from one connect to its loss: the connection, the one
 * subscription of a topic, the sessions. Opened and closed once, by its activation.
 */
final class ActivationLink {
  private final ActivationContext context;
  private final AmqpConnection connection;
  private final List<DeliverySession> sessions = new ArrayList<>();

  private ActivationLink(ActivationContext context, AmqpConnection connection) {
    this.context = context;
    this.connection = connection;
  }

  /** Connects and starts to consume; bounded by {@link Tickets#ANSWER_MS} for each answer. */
  static ActivationLink open(ActivationContext context) throws AmqpException {
    ActivationSettings settings = context.settings();
    Engine engine = context.adapter().leases().engine(settings.access().uri());
    String name = "activation of " + settings.source();
    AmqpConnection connection = Tickets.get(engine.connect(settings.access().connectSpec(name)));
    ActivationLink link = new ActivationLink(context, connection);
    try {
      link.consume();
      connection.onFailure(context.events()::lost);
      return link;
    } catch (AmqpException e) {
      link.close(0);
      throw e;
    }
  }

  private void consume() throws AmqpException {
    ActivationSettings settings = context.settings();
    if (settings.mode() == ActivationSettings.Mode.TRANSACTED) {
      ResourceExceptions.requireXa(connection);
    }
    String queue = settings.source().isTopic() ? subscribe() : ensureQueue();
    for (int i = 0; i < settings.limits().sessions(); i++) {
      DeliverySession session = new DeliverySession(context, connection, queue);
      session.open();
      sessions.add(session);
    }
  }

  /** One subscription whatever the number of sessions: to Jakarta Messaging it has one consumer. */
  private String subscribe() throws AmqpException {
    ActivationSettings settings = context.settings();
    String clientId = settings.subscription().clientId();
    if (!clientId.isEmpty()) {
      Tickets.get(connection.claimClientId(clientId));
    }
    Channel channel = Tickets.get(connection.openChannel());
    Subscription subscription = Tickets.get(channel.subscribe(settings.subscriptionSpec()));
    return subscription.queue();
  }

  private String ensureQueue() throws AmqpException {
    String queue = context.settings().source().queue();
    Channel channel = Tickets.get(connection.openChannel());
    try {
      Tickets.get(channel.checkQueue(queue));
    } catch (AmqpException e) {
      if (e.replyCode() != ReplyCode.NOT_FOUND) {
        throw e;
      }
      Tickets.get(channel.declareQueue(QueueSpec.jms(queue)));
    } finally {
      channel.close();
    }
    return queue;
  }

  /** Lets one session try a message, unless one tries already. */
  void probe(int turn) {
    if (sessions.stream().anyMatch(DeliverySession::probing)) {
      return;
    }
    for (int i = 0; i < sessions.size(); i++) {
      if (sessions.get((turn + i) % sessions.size()).probe()) {
        return;
      }
    }
  }

  /** All sessions go on. */
  void thaw() {
    sessions.forEach(DeliverySession::thaw);
  }

  /**
   * Takes no more messages, waits for those that are shown now, and closes.
   *
   * @param waitMs at most so long, 0 not at all
   */
  void close(long waitMs) {
    long deadlineNs = System.nanoTime() + waitMs * 1_000_000;
    sessions.forEach(DeliverySession::stopTaking);
    sessions.forEach(session -> session.close(deadlineNs));
    connection.close();
  }
}
