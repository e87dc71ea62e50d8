package io.bindery.amqp.server;

import io.bindery.engine.AmqpException;
import io.bindery.engine.Outcome;
import java.util.Map;

/** Commands about consumers and deliveries. On the event loop. */
final class DeliveryCommands {
  private static final String TAG = "consumer-tag";

  private final ClientChannel channel;

  DeliveryCommands(ClientChannel channel) {
    this.channel = channel;
  }

  void addTo(Map<String, Control.Verb> verbs) {
    verbs.put("consume", this::consume);
    verbs.put("cancel", this::cancel);
    verbs.put("pause", this::pause);
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
              feed.begin();
            });
  }

  private void cancel(Command command) throws AmqpException {
    channel.consuming().cancel(command.text(TAG));
    command.done();
  }

  private void pause(Command command) throws AmqpException {
    channel.consuming().feed(command.text(TAG)).pause(command.flag("paused"));
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
    channel
        .work()
        .settling()
        .settle(
            command.numbers("delivery-tags"),
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
    channel
        .work()
        .settling()
        .giveBack(
            command.numbers("seen"),
            command.numbers("unseen"),
            failure -> finish(command, failure));
  }

  private void finish(Command command, AmqpException failure) {
    if (failure == null) {
      command.done();
    } else {
      command.fail(failure);
    }
  }
}
