package io.bindery.benchmarks;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A queue of persistent messages, through the JMS API alone, so that any provider runs it. Each
 * producer has a connection of its own, because some providers have a thread for each. A message
 * says in its first bytes who sent it and which of his it is.
 */
final class DurableQueue implements AutoCloseable {
  private static final String NAME = "bench.durable";

  private final ConnectionFactory factory;
  private final Connection consuming;
  private final Connection acknowledging;
  private final List<Connection> producing = new ArrayList<>();
  private final Map<Integer, List<Source>> sources = new HashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  DurableQueue(ConnectionFactory factory) throws JMSException {
    this.factory = factory;
    consuming = factory.createConnection();
    consuming.start();
    acknowledging =
        (factory instanceof Peer peer ? peer.acknowledging() : factory).createConnection();
    acknowledging.start();
  }

  /**
   * How messages are sent.
   *
   * @param producers how many threads send
   * @param bytes how long each body is, at least 8
   * @param batch how many a commit is for; 0 for sessions without transactions
   */
  record Sending(int producers, int bytes, int batch) {}

  /** How they are received. */
  record Receiving(int mode, int batch) {
    static final Receiving AUTO = new Receiving(Session.AUTO_ACKNOWLEDGE, 1);

    boolean transacted() {
      return mode == Session.SESSION_TRANSACTED;
    }
  }

  /** What came of it: messages, and the nanoseconds that they took. */
  record Taken(long messages, long ns) {
    double rate() {
      return messages * 1e9 / ns;
    }
  }

  /** Whether a producer is to go on. */
  private interface Until {
    boolean goesOn(int sent);
  }

  /** Sends for so long, and then has all of it received and checked, which is not counted. */
  Taken send(Sending how, boolean consumed, long ms) throws JMSException {
    Check check = new Check(how.producers());
    Drain alongside = consumed ? new Drain(consuming, NAME, check, Receiving.AUTO) : null;
    long endNs = System.nanoTime() + ms * 1_000_000;
    Taken taken = send(how, sent -> System.nanoTime() < endNs);
    try (Drain drain =
        alongside == null ? new Drain(consuming, NAME, check, Receiving.AUTO) : alongside) {
      drain.await(taken.messages());
    }
    check.exactly(taken.messages());
    return taken;
  }

  /** Sends so many messages, a multiple of producers and batch, in transactions. */
  Taken fill(Sending how, int messages, Tenths tenths) throws JMSException {
    return send(
        how,
        sent -> {
          if (sent > 0) {
            tenths.done(how.batch());
          }
          return sent < messages / how.producers();
        });
  }

  /** Fills the queue, which is not counted, and receives all of it. */
  Taken receive(Receiving how, int messages, int bytes) throws JMSException {
    fill(new Sending(1, bytes, 100), messages, new Tenths(messages));
    return drain(new Check(1), how, messages);
  }

  /** Receives so many, and checks that there are no more. */
  Taken drain(Check check, Receiving how, int messages) throws JMSException {
    long startNs = System.nanoTime();
    Taken taken;
    Connection connection = how.mode() == Session.CLIENT_ACKNOWLEDGE ? acknowledging : consuming;
    try (Drain drain = new Drain(connection, NAME, check, how)) {
      drain.await(messages);
      taken = new Taken(messages, System.nanoTime() - startNs);
    }
    check.exactly(messages);
    return taken;
  }

  private Taken send(Sending how, Until until) throws JMSException {
    List<Source> sending = sources(how);
    long startNs = System.nanoTime();
    List<Future<Integer>> sent = new ArrayList<>();
    for (int i = 0; i < how.producers(); i++) {
      Source source = sending.get(i);
      Callable<Integer> all = () -> source.send(how.bytes(), until);
      sent.add(threads.submit(all));
    }
    long messages = 0;
    try {
      for (Future<Integer> each : sent) {
        messages += each.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("A producer failed: " + e.getCause(), e);
    }
    return new Taken(messages, System.nanoTime() - startNs);
  }

  private List<Source> sources(Sending how) throws JMSException {
    List<Source> all = sources.computeIfAbsent(how.batch(), batch -> new ArrayList<>());
    while (all.size() < how.producers()) {
      if (producing.size() == all.size()) {
        producing.add(factory.createConnection());
      }
      all.add(new Source(producing.get(all.size()), all.size(), how.batch()));
    }
    return all;
  }

  @Override
  public void close() throws JMSException {
    threads.shutdown();
    for (Connection each : producing) {
      each.close();
    }
    consuming.close();
    acknowledging.close();
  }

  /** One producer. */
  private static final class Source {
    private final Session session;
    private final MessageProducer producer;
    private final int number;
    private final int batch;

    private Source(Connection connection, int number, int batch) throws JMSException {
      this.number = number;
      this.batch = batch;
      int mode = batch > 0 ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE;
      session = connection.createSession(batch > 0, mode);
      Queue queue = session.createQueue(NAME);
      producer = session.createProducer(queue);
      producer.setDeliveryMode(DeliveryMode.PERSISTENT);
    }

    private int send(int bytes, Until until) throws JMSException {
      byte[] body = new byte[bytes];
      Arrays.fill(body, (byte) 'x');
      ByteBuffer head = ByteBuffer.wrap(body).putInt(0, number);
      int sent = 0;
      while (until.goesOn(sent)) {
        for (int i = 0; i < Math.max(1, batch); i++) {
          BytesMessage message = session.createBytesMessage();
          head.putInt(Integer.BYTES, sent++);
          message.writeBytes(body);
          producer.send(message);
        }
        if (batch > 0) {
          session.commit();
        }
      }
      return sent;
    }
  }
}
