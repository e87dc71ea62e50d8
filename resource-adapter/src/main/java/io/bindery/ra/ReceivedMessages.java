package io.bindery.ra;

import io.bindery.engine.Delivery;
import io.bindery.jms.message.JmsMessage;
import io.bindery.jms.message.MessageContext;
import io.bindery.jms.message.ObjectPolicy;
import jakarta.jms.Message;
import java.util.function.Function;

/**
 * Makes the messages that beans see.
 *
 * @param context what their bodies may hold
 */
record ReceivedMessages(MessageContext context) implements Function<Delivery, Message> {
  /** With the classes that an ObjectMessage may hold, separated by commas. */
  static ReceivedMessages allowing(String objectMessageAllow) {
    return new ReceivedMessages(new MessageContext(ObjectPolicy.allow(objectMessageAllow)));
  }

  @Override
  public Message apply(Delivery delivery) {
    return JmsMessage.received(delivery, context);
  }
}
