package io.bindery.benchmarks;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A {@link Load}, its clients in one virtual machine. Every delivery is counted, and each consumer
 * checks the order of each producer's messages. Through the JMS API alone, so that any provider
 * runs it. Producers do not run ahead by more than a window, which keeps the heap out of the
 * figures.
 */
final class Throughput {
  private static final int WINDOW_MESSAGES = 20_000;
  private static final int WINDOW_BYTES = 32 << 20;
  private static final int LOOK_EVERY = 32;
  private static final long PATIENCE_NS = 120_000_000_000L;

  private final Load load;
  private final String text;
  private final byte[] bytes;
  private final int window;

  /** Whether a send by itself promises nothing: that of RabbitMQ's client does not wait. */
  private final boolean asks;

  private final List<Source> sources = new ArrayList<>();
  private final LongAdder received = new LongAdder();
  private final AtomicReference<String> wrong = new AtomicReference<>();
  private final ExecutorService threads;

  Throughput(Connection connection, Load load) throws JMSException {
    this.load = load;
    text = "x".repeat(load.bodyBytes());
    bytes =
        load.bodyBytes() > 4096 ? text.getBytes(java.nio.charset.StandardCharsets.US_ASCII) : null;
    int fan = (int) load.deliveries(1);
    window =
        Math.max(2, Math.min(WINDOW_MESSAGES / fan, WINDOW_BYTES / Math.max(1, load.bodyBytes())));
    threads = Executors.newFixedThreadPool(load.producers());
    asks =
        load.persistent()
            && !load.transacted()
            && connection.getMetaData().getJMSProviderName().contains("RabbitMQ");
    for (int i = 0; i < load.consumers(); i++) {
      Session session = connection.createSession(load.transacted(), load.mode());
      String selector = load.kind().selective() ? "colour = 'c" + i + "'" : null;
      session
          .createConsumer(destination(session), selector)
          .setMessageListener(new Counter(session)::onMessage);
    }
    for (int i = 0; i < load.producers(); i++) {
      sources.add(new Source(connection.createSession(load.transacted(), load.mode()), i));
    }
  }

  private Destination destination(Session session) throws JMSException {
    return load.kind().ofTopic()
        ? session.createTopic("bench." + load.name())
        : session.createQueue("bench." + load.name());
  }

  /** Sends so many messages, a multiple of producers and batch, and waits for all deliveries. */
  void round(int messages) throws JMSException {
    received.reset();
    long expected = load.deliveries(messages);
    List<Future<?>> sending = new ArrayList<>();
    for (Source source : sources) {
      sending.add(
          threads.submit(
              () -> {
                source.send(messages / load.producers());
                return null;
              }));
    }
    try {
      for (Future<?> each : sending) {
        each.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("A producer failed", e);
    }
    long deadlineNs = System.nanoTime() + PATIENCE_NS;
    while (received.sum() < expected && wrong.get() == null) {
      if (System.nanoTime() > deadlineNs) {
        throw new JMSException(received.sum() + " of " + expected + " deliveries came");
      }
      LockSupport.parkNanos(20_000);
    }
    if (received.sum() != expected || wrong.get() != null) {
      throw new JMSException(
          received.sum() + " deliveries in place of " + expected + "; " + wrong.get());
    }
  }

  /** One producer. */
  private final class Source {
    private final Session session;
    private final MessageProducer producer;
    private final int number;
    private int next;

    private Source(Session session, int number) throws JMSException {
      this.session = session;
      this.number = number;
      producer = session.createProducer(destination(session));
      producer.setDeliveryMode(
          load.persistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
    }

    private void send(int messages) throws JMSException {
      for (int i = 0; i < messages; i++) {
        if (i % LOOK_EVERY == 0 || window < LOOK_EVERY) {
          awaitWindow((long) i * load.producers());
        }
        Message message = message();
        message.setIntProperty("p", number);
        message.setIntProperty("n", next++);
        if (load.kind().selective()) {
          message.setStringProperty("colour", "c" + next % load.consumers());
        }
        if (asks) {
          sendAndWait(message);
        } else {
          producer.send(message);
        }
        if (load.transacted() && (i + 1) % load.batch() == 0) {
          session.commit();
        }
      }
    }

    /** So that it is on disk when this returns. */
    private void sendAndWait(Message message) throws JMSException {
      CompletableFuture<Void> stored = new CompletableFuture<>();
      producer.send(
          message,
          new CompletionListener() {
            @Override
            public void onCompletion(Message sent) {
              stored.complete(null);
            }

            @Override
            public void onException(Message sent, Exception failure) {
              stored.completeExceptionally(failure);
            }
          });
      stored.join();
    }

    private Message message() throws JMSException {
      if (bytes == null) {
        return session.createTextMessage(text);
      }
      BytesMessage message = session.createBytesMessage();
      message.writeBytes(bytes);
      return message;
    }

    private void awaitWindow(long sent) {
      while (load.deliveries(sent) - received.sum() > load.deliveries(window)
          && wrong.get() == null) {
        if (load.transacted() && window < 2 * load.batch()) {
          return;
        }
        LockSupport.parkNanos(20_000);
      }
    }
  }

  /** One consumer, on its session's thread. */
  private final class Counter {
    private final Session session;
    private final int[] last = new int[load.producers()];
    private int unacknowledged;

    private Counter(Session session) {
      this.session = session;
      java.util.Arrays.fill(last, -1);
    }

    private void onMessage(Message message) {
      try {
        check(message);
        unacknowledged++;
        if (unacknowledged == load.batch()) {
          unacknowledged = 0;
          if (load.transacted()) {
            session.commit();
          } else if (load.mode() == Session.CLIENT_ACKNOWLEDGE) {
            message.acknowledge();
          }
        }
      } catch (JMSException e) {
        wrong.compareAndSet(null, e.toString());
      }
      received.increment();
    }

    private void check(Message message) throws JMSException {
      int from = message.getIntProperty("p");
      int number = message.getIntProperty("n");
      boolean inOrder =
          load.consumers() == 1 || load.kind() == Load.Kind.TOPIC
              ? number == last[from] + 1
              : number > last[from];
      long length =
          bytes == null
              ? ((TextMessage) message).getText().length()
              : ((BytesMessage) message).getBodyLength();
      if (!inOrder || length != load.bodyBytes()) {
        wrong.compareAndSet(
            null, "message " + number + " of " + length + " characters came after " + last[from]);
      }
      last[from] = number;
    }
  }
}
