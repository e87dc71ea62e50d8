package io.bindery.sample.orders.broker;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.OrderMessage;
import io.bindery.sample.orders.OrderPublisher;
import io.bindery.sample.orders.Problem;
import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;

/**
 * The dead letters of the beans' queues. A letter is sent again to the queue that it came from, and
 * to no other bean; taking it and sending it are one transaction.
 */
@Stateless
public class DeadLetters {
  /** The dead letters of queue {@code q} are in the queue of this name and {@code q}. */
  public static final String PREFIX = "bindery.dead.";

  private static final long RECEIVE_TIMEOUT_MS = 500;

  @Resource(lookup = OrderPublisher.FACTORY)
  private ConnectionFactory factory;

  @Inject private BrokerView broker;

  /**
   * A queue of dead letters.
   *
   * @param letters the first {@link Limits#DEAD_LETTERS}
   * @param count of all
   */
  public record Box(String queue, long count, List<Letter> letters) {}

  /** A dead letter. */
  public record Letter(String id, String run, String orderId, String text) {}

  /** What was sent again and how much is left. */
  public record Resent(int count, long left) {}

  /** All queues of dead letters that hold some. */
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public List<Box> list() {
    List<Box> boxes = new ArrayList<>();
    try (JMSContext context = factory.createContext()) {
      for (BrokerSnapshot.Queue queue : broker.snapshot().queues()) {
        if (queue.name().startsWith(PREFIX) && queue.ready() + queue.unacknowledged() > 0) {
          boxes.add(new Box(queue.name(), queue.ready(), browse(context, queue.name())));
        }
      }
    } catch (JMSException | JMSRuntimeException e) {
      throw failure("the dead letters cannot be listed", e);
    }
    return boxes;
  }

  /**
   * Sends letters again, at most {@link Limits#DEAD_LETTERS} in a call.
   *
   * @param queue one of {@link #list()}
   * @param selector which letters, in the selector language; null for all
   * @throws DeskException if there is no such queue, or the broker refused; then nothing was sent
   */
  @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
  public Resent resend(String queue, String selector) {
    long held = requireBox(queue);
    String origin = queue.substring(PREFIX.length());
    int count = 0;
    try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED);
        JMSConsumer letters = consumer(context, queue, selector)) {
      Queue target = context.createQueue(origin);
      long most = Math.min(held, Limits.DEAD_LETTERS);
      Message letter = count < most ? letters.receive(RECEIVE_TIMEOUT_MS) : null;
      while (letter != null) {
        context.createProducer().send(target, copy(context, letter));
        count++;
        letter = count < most ? letters.receiveNoWait() : null;
      }
    } catch (IllegalArgumentException e) {
      throw new DeskException(
              422, "a letter is no order: " + e.getMessage(), "send the others one by one")
          .causedBy(e);
    } catch (JMSException | JMSRuntimeException e) {
      throw failure("the dead letters cannot be sent again", e);
    }
    return new Resent(count, Math.max(0, held - count));
  }

  private long requireBox(String queue) {
    BrokerSnapshot now = broker.snapshot();
    String origin = queue.startsWith(PREFIX) ? queue.substring(PREFIX.length()) : "";
    if (origin.isEmpty() || now.queue(queue).isEmpty() || now.queue(origin).isEmpty()) {
      throw new DeskException(
          404,
          "there is no such queue of dead letters",
          "take one of GET /api/dead-letters",
          List.of(Problem.of("queue", "is unknown")));
    }
    return now.queue(queue).map(BrokerSnapshot.Queue::ready).orElse(0L);
  }

  private static JMSConsumer consumer(JMSContext context, String queue, String selector) {
    Queue from = context.createQueue(queue);
    return selector == null ? context.createConsumer(from) : context.createConsumer(from, selector);
  }

  /** A received message is read-only and carries what the broker counted; a copy starts afresh. */
  private static Message copy(JMSContext context, Message letter) throws JMSException {
    OrderMessage.Received received = OrderMessage.read(letter);
    return OrderMessage.of(context, received.run(), received.order());
  }

  private static List<Letter> browse(JMSContext context, String queue) throws JMSException {
    List<Letter> letters = new ArrayList<>();
    try (QueueBrowser browser = context.createBrowser(context.createQueue(queue))) {
      Enumeration<?> messages = browser.getEnumeration();
      while (letters.size() < Limits.DEAD_LETTERS && messages.hasMoreElements()) {
        Message message = (Message) messages.nextElement();
        String text = message instanceof TextMessage body ? body.getText() : "";
        letters.add(
            new Letter(
                message.getJMSMessageID(),
                message.getStringProperty(OrderMessage.RUN),
                message.getStringProperty("id"),
                text));
      }
    }
    return letters;
  }

  private static DeskException failure(String what, Throwable cause) {
    return new DeskException(503, what + ": " + cause.getMessage(), "see the server's log")
        .causedBy(cause);
  }
}
