package io.bindery.amqp.server;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Arguments;
import io.bindery.engine.Capabilities;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Subscription;
import io.bindery.engine.SubscriptionSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Commands about topic subscriptions (Jakarta Messaging 8.3), the client identifier (6.1.2), and
 * what the engine can do. On the event loop.
 */
final class SubscriptionCommands {
  private final ClientChannel channel;
  private final Map<Long, Subscription> open = new HashMap<>();
  private long lastNumber;

  SubscriptionCommands(ClientChannel channel) {
    this.channel = channel;
  }

  void addTo(Map<String, Control.Verb> verbs) {
    verbs.put("subscribe", this::subscribe);
    verbs.put("close-subscription", this::close);
    verbs.put("unsubscribe", this::unsubscribe);
    verbs.put("claim-client-id", this::claim);
    verbs.put("capabilities", this::capabilities);
  }

  private AmqpConnection connection() {
    return channel.engine().connection();
  }

  private void subscribe(Command command) throws AmqpException {
    SubscriptionSpec.Kind kind = kind(command);
    SubscriptionSpec spec =
        new SubscriptionSpec(
            kind,
            command.text("client-id", ""),
            kind == SubscriptionSpec.Kind.NON_DURABLE ? "" : command.text("name"),
            new Route(
                command.text("exchange", Arguments.TOPIC_EXCHANGE),
                command.text("routing-key"),
                false),
            command.text("selector", ""),
            command.flag("no-local"));
    command.answer(channel.engine().subscribe(spec), this::subscribed);
  }

  private static SubscriptionSpec.Kind kind(Command command) throws AmqpException {
    String name = command.text("kind");
    for (SubscriptionSpec.Kind each : SubscriptionSpec.Kind.values()) {
      if (onWire(each).equals(name)) {
        return each;
      }
    }
    throw command.refused(
        "argument 'kind' is '"
            + name
            + "', but must be non-durable, shared, durable or shared-durable");
  }

  /** How the wire names a constant. */
  static String onWire(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Map<String, Object> subscribed(Subscription subscription) {
    open.put(++lastNumber, subscription);
    return Map.of(
        "subscription",
        lastNumber,
        "queue",
        subscription.queue(),
        "outcome",
        onWire(subscription.outcome()));
  }

  private void close(Command command) throws AmqpException {
    long number = command.number("subscription");
    Subscription subscription = open.remove(number);
    if (subscription == null) {
      throw new AmqpException(
          ReplyCode.NOT_FOUND, "There is no open subscription " + number + " on the channel");
    }
    subscription.close();
    command.done();
  }

  private void unsubscribe(Command command) throws AmqpException {
    String clientId = command.text("client-id", "");
    String name = command.text("name");
    // What is acknowledged and not yet on disk would be taken for unacknowledged.
    channel.await(
        channel.work().settling().acknowledged(),
        (acknowledged, failure) ->
            command.answer(channel.engine().unsubscribe(clientId, name), done -> Map.of()));
  }

  private void claim(Command command) throws AmqpException {
    command.answer(connection().claimClientId(command.text("client-id")), done -> Map.of());
  }

  private void capabilities(Command command) throws AmqpException {
    Capabilities can = connection().capabilities(command.text("queue-type", "classic"));
    List<String> features =
        can.features().stream().map(SubscriptionCommands::onWire).sorted().toList();
    command.done(
        Map.of(
            "features",
            features,
            "delay-precision-ms",
            can.delayPrecisionMs(),
            "max-header-bytes",
            can.maxHeaderBytes()));
  }
}
