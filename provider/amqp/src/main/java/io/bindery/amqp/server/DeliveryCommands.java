package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Outcome;
import java.util.List;
import java.util.Map;

/** Commands about consumers and deliveries. On the event loop. */
final class DeliveryCommands {
  private static final String TAG = "consumer-tag";
  private static final String CREDIT = "credit";
  private static final String SEEN_UP_TO = "seen-up-to";

  /** So many that are settled already may be named, where those are passed over. */
  private static final int SETTLED_TOO = 65_536;

  private final ClientChannel channel;

  DeliveryCommands(ClientChannel channel) {
    this.channel = channel;
  }

  void addTo(Map<String, Control.Verb> verbs) {
    verbs.put("consume", this::consume);
    verbs.put("cancel", this::cancel);
    verbs.put("pause", this::pause);
    verbs.put("credit", this::credit);
    verbs.put("fetch", this::fetch);
    verbs.put("get", this::get);
    verbs.put("settle", this::settle);
    verbs.put("give-back", this::giveBack);
  }

  private void consume(Command command) throws AmqpException {
    Consumption asked =
        new Consumption(
                command.text("queue"),
                command.text(TAG, ""),
                command.flag("no-ack"),
                command.flag("exclusive"),
                command.table("arguments"))
            .withSelector(command.text("selector", ""), command.flag("no-local"));
    int prefetch = command.number("prefetch", channel.consuming().prefetch());
    if (prefetch < 0) {
      throw command.refused("argument 'prefetch' is " + prefetch + ", but must not be negative");
    }
    boolean paused = command.flag("paused");
    long credit = command.has(CREDIT) ? credited(command) : -1;
    channel
        .consuming()
        .start(
            asked,
            prefetch,
            (feed, failure) -> {
              if (failure != null) {
                command.fail(failure);
                return;
              }
              command.done(Map.of(TAG, feed.tag()));
              feed.pause(paused);
              if (credit >= 0) {
                feed.credit(credit);
              }
              feed.begin();
            });
  }

  private void cancel(Command command) throws AmqpException {
    Feed feed = channel.consuming().find(command.text(TAG));
    if (feed != null && command.has(SEEN_UP_TO)) {
      // First back in its place, then whoever is next may take it.
      feed.pause(true);
      giveBackUnseen(command, feed);
    }
    channel.consuming().cancel(command.text(TAG));
    command.done();
  }

  private void giveBackUnseen(Command command, Feed feed) throws AmqpException {
    if (feed != null && command.has(SEEN_UP_TO)) {
      channel.work().settling().giveBackAfter(command.number(SEEN_UP_TO), feed);
    }
  }

  private static long credited(Command command) throws AmqpException {
    int credit = command.number(CREDIT, 0);
    if (credit < 0) {
      throw command.refused("argument 'credit' is " + credit + ", but must not be negative");
    }
    return credit;
  }

  /** Who is over needs none. */
  private void credit(Command command) throws AmqpException {
    Feed feed = channel.consuming().find(command.text(TAG));
    long more = credited(command);
    if (feed != null) {
      feed.credit(more);
    }
    command.done();
  }

  private void fetch(Command command) throws AmqpException {
    Feed feed = channel.consuming().feed(command.text(TAG));
    // What is acknowledged and not yet on disk would be taken for a full hand.
    channel.await(
        channel.work().settling().acknowledged(), (done, failure) -> feed.fetch(command::done));
  }

  private void pause(Command command) throws AmqpException {
    Feed feed = channel.consuming().feed(command.text(TAG));
    feed.pause(command.flag("paused"));
    giveBackUnseen(command, feed);
    command.done();
  }

  private void get(Command command) throws AmqpException {
    command.checkAnswerable();
    boolean noAck = command.flag("no-ack");
    channel.await(
        channel.engine().get(command.text("queue"), command.text("selector", "")),
        (delivery, failure) -> {
          if (failure != null) {
            command.fail(failure);
          } else if (delivery == null) {
            command.done(Map.of("empty", true));
          } else {
            channel.consuming().got(command, delivery, noAck);
          }
        });
  }

  private void settle(Command command) throws AmqpException {
    Settling settling = channel.work().settling();
    settling.settle(
        command.ranges("delivery-tags", settling.unsettled().size()),
        outcome(command),
        failure -> finish(command, failure));
  }

  private static Outcome outcome(Command command) throws AmqpException {
    String name = command.text("outcome");
    for (Outcome each : Outcome.values()) {
      if (SubscriptionCommands.onWire(each).equals(name)) {
        return each;
      }
    }
    throw command.refused(
        "argument 'outcome' is '" + name + "', but must be accepted, released, failed or rejected");
  }

  private void giveBack(Command command) throws AmqpException {
    boolean rest = command.flag("rest");
    Settling settling = channel.work().settling();
    int most = settling.held() + SETTLED_TOO;
    List<Long> seen = command.ranges("seen", most);
    List<Long> unseen = command.ranges("unseen", most);
    // What is refused changes nothing, the credit of consumers neither.
    settling.checkDelivered(seen);
    settling.checkDelivered(unseen);
    for (Command each : command.parts("consumers")) {
      Feed feed = channel.consuming().find(each.text(TAG));
      if (feed != null) {
        unseen.addAll(settling.unsettled().tagsAfter(each.number(SEEN_UP_TO), feed));
        feed.creditAnew(credited(each));
      }
    }
    // What is delivered again comes after the answer.
    channel.consuming().hold(true);
    try {
      settling.giveBackTags(seen, unseen);
      gaveBack(command, rest);
    } finally {
      channel.consuming().hold(false);
    }
    channel.consuming().resume();
  }

  private void gaveBack(Command command, boolean rest) {
    if (rest) {
      channel.consuming().pause();
      channel.work().settling().giveBackRest();
    }
    command.done();
  }

  private void finish(Command command, AmqpException failure) {
    if (failure == null) {
      command.done();
    } else {
      command.fail(failure);
    }
  }
}
