package io.bindery.jms.message;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Arguments;
import io.bindery.engine.Body;
import io.bindery.engine.Delivery;
import io.bindery.engine.Route;
import io.bindery.jms.BinderyDestination;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A message (Jakarta Messaging, chapter 3). A received one is a light view of the engine's shared
 * message. For one thread at a time, as its session.
 */
public abstract class JmsMessage extends PropertyAccess implements Message {
  private static final String ID_PREFIX = "ID:";

  private AmqpMessage origin;
  private Destination destination;
  private Destination replyTo;
  private String replyToText;
  private Route receivedFrom;
  private int deliveryMode = DeliveryMode.PERSISTENT;
  private int priority = AmqpMessage.DEFAULT_PRIORITY;
  private boolean redelivered;
  private long timestampMs;
  private long expirationMs;
  private long deliveryTimeMs;
  private String messageId;
  private String correlationId;
  private byte[] correlationBytes;
  private String type;
  private boolean bodyReadOnly;
  private boolean bodyOfOrigin;
  private Acknowledgement acknowledgement;

  JmsMessage() {}

  // --- to and from the engine ---

  /**
   * The message of a delivery, its body and properties read-only.
   *
   * @param context what its connection knows
   */
  public static JmsMessage received(Delivery delivery, MessageContext context) {
    AmqpMessage from = delivery.message();
    JmsMessage message = MessageType.read(from, context);
    message.view(from, delivery);
    return message;
  }

  private void view(AmqpMessage from, Delivery delivery) {
    origin = from;
    properties().receive(from.headers());
    provided(delivery.deliveryCount() + 1, from.userId(), from.appId());
    receivedFrom = delivery.route();
    deliveryMode = from.persistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
    priority = from.effectivePriority();
    redelivered = delivery.redelivered();
    timestampMs = from.timestampMs();
    expirationMs = from.expiresAtMs();
    deliveryTimeMs = from.deliverAtMs();
    messageId = prefixed(from.messageId());
    correlationId = from.correlationId();
    if (correlationId == null
        && from.headers().get(MessageType.CORRELATION_BYTES) instanceof byte[] bytes) {
      correlationBytes = bytes;
    }
    replyToText = from.replyTo();
    type = from.type();
    bodyReadOnly = true;
    bodyOfOrigin = true;
  }

  /** What another AMQP client sent has no prefix. */
  private static String prefixed(String id) {
    return id == null || id.startsWith(ID_PREFIX) ? id : ID_PREFIX + id;
  }

  /**
   * The message as one of ours: itself, or a copy of another provider's (Jakarta Messaging 3.12).
   *
   * @throws JMSException when the other provider's message cannot be read
   */
  public static JmsMessage convert(Message any) throws JMSException {
    return any instanceof JmsMessage own ? own : ForeignMessages.copy(any);
  }

  /** Sets what a send sets (3.4.11). */
  public final void sent(SendHeaders headers) {
    destination = headers.destination();
    deliveryMode = headers.deliveryMode();
    priority = headers.priority();
    timestampMs = headers.timestampMs();
    expirationMs = headers.expirationMs();
    deliveryTimeMs = headers.deliveryTimeMs();
    messageId = headers.messageId();
  }

  /**
   * The message as it is now: later changes are not seen in it. Immutable strings are shared,
   * mutable bodies are copied, nothing is encoded. A body that came from another AMQP client and
   * was not changed goes on as it is, with its content type.
   *
   * @throws JMSException when the body cannot be sent as it is
   */
  public final AmqpMessage snapshot() throws JMSException {
    return AmqpMessage.builder()
        .body(bodyOfOrigin ? origin.body() : bodySnapshot())
        .headers(properties().headers(headersOfType()))
        .contentType(bodyOfOrigin ? origin.contentType() : type().contentType())
        .contentEncoding(bodyOfOrigin ? origin.contentEncoding() : null)
        .persistent(deliveryMode == DeliveryMode.PERSISTENT)
        .priority(priority)
        .correlationId(correlationId)
        .replyTo(replyToForWire())
        .messageId(messageId)
        .timestampMs(timestampMs)
        .type(type)
        .expiresAtMs(expirationMs)
        .deliverAtMs(deliveryTimeMs)
        .build();
  }

  private Map<String, Object> headersOfType() {
    Map<String, Object> own = type().headers(hasNoBody());
    if (correlationBytes == null) {
      return own;
    }
    Map<String, Object> more = new HashMap<>(own);
    more.put(MessageType.CORRELATION_BYTES, correlationBytes);
    return Collections.unmodifiableMap(more);
  }

  private String replyToForWire() {
    return replyTo instanceof BinderyDestination own ? own.replyText() : replyToText;
  }

  /** What acknowledging does. */
  public final void onAcknowledge(Acknowledgement action) {
    acknowledgement = action;
  }

  @Override
  public final void acknowledge() throws JMSException {
    if (acknowledgement != null) {
      acknowledgement.acknowledge();
    }
  }

  // --- what each kind says of its body ---

  abstract MessageType type();

  /** The body for the engine: immutable from now on. */
  abstract Body bodySnapshot() throws JMSException;

  /** Whether there is no body, where that differs from an empty one. */
  boolean hasNoBody() {
    return false;
  }

  /** Empties the body. */
  abstract void emptyBody();

  final boolean bodyReadOnly() {
    return bodyReadOnly;
  }

  final void bodyReadOnly(boolean readOnly) {
    bodyReadOnly = readOnly;
  }

  final void checkBodyWriteable() throws MessageNotWriteableException {
    if (bodyReadOnly) {
      throw new MessageNotWriteableException("The body is read-only: call clearBody() first");
    }
  }

  @Override
  public final void clearBody() throws JMSException {
    emptyBody();
    bodyReadOnly = false;
    bodyOfOrigin = false;
  }

  /** The body as an object, for {@link #getBody}; null when there is none. */
  Object bodyObject() throws JMSException {
    return null;
  }

  /** Whether a body may be had as a type. */
  boolean isA(Class<?> wanted, Object body) {
    return wanted.isInstance(body);
  }

  @Override
  public <T> T getBody(Class<T> wanted) throws JMSException {
    Object body = bodyObject();
    if (body == null) {
      return null;
    }
    if (!isA(wanted, body)) {
      throw new MessageFormatException(
          "The body of a " + type() + " message is no " + wanted.getName());
    }
    return wanted.cast(body);
  }

  @Override
  public boolean isBodyAssignableTo(Class wanted) throws JMSException {
    Object body = bodyObject();
    return body == null || isA(wanted, body);
  }

  // --- header fields (3.4) ---

  @Override
  public final String getJMSMessageID() {
    return messageId;
  }

  @Override
  public final void setJMSMessageID(String id) {
    messageId = id;
  }

  @Override
  public final long getJMSTimestamp() {
    return timestampMs;
  }

  @Override
  public final void setJMSTimestamp(long timestamp) {
    timestampMs = timestamp;
  }

  @Override
  public final byte[] getJMSCorrelationIDAsBytes() {
    if (correlationBytes != null) {
      return correlationBytes.clone();
    }
    return correlationId == null ? null : correlationId.getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes that are a text are one, so that other clients and selectors see it. */
  @Override
  public final void setJMSCorrelationIDAsBytes(byte[] bytes) {
    String text = bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    boolean isText = text == null || Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
    correlationId = isText ? text : null;
    correlationBytes = isText ? null : bytes.clone();
  }

  @Override
  public final void setJMSCorrelationID(String id) {
    correlationId = id;
    correlationBytes = null;
  }

  @Override
  public final String getJMSCorrelationID() {
    return correlationBytes == null
        ? correlationId
        : new String(correlationBytes, StandardCharsets.UTF_8);
  }

  @Override
  public final Destination getJMSReplyTo() {
    if (replyTo == null && replyToText != null) {
      replyTo = BinderyDestination.fromReplyText(replyToText);
    }
    return replyTo;
  }

  @Override
  public final void setJMSReplyTo(Destination reply) throws JMSException {
    replyTo = reply == null ? null : BinderyDestination.of(reply);
    replyToText = null;
  }

  @Override
  public final Destination getJMSDestination() {
    if (destination == null && receivedFrom != null) {
      destination = BinderyDestination.fromRoute(firstRoute());
    }
    return destination;
  }

  /** Where it was sent first: a dead letter's own route is that of its dead-letter exchange. */
  private Route firstRoute() {
    if (origin.headers().get(Arguments.DEATH_HEADER) instanceof List<?> deaths
        && !deaths.isEmpty()) {
      Object oldest = deaths.get(deaths.size() - 1);
      if (oldest instanceof Map<?, ?> death
          && death.get("exchange") instanceof String exchange
          && death.get("routing-keys") instanceof List<?> keys
          && !keys.isEmpty()) {
        return new Route(exchange, String.valueOf(keys.get(0)), false);
      }
    }
    return receivedFrom;
  }

  @Override
  public final void setJMSDestination(Destination to) {
    destination = to;
  }

  @Override
  public final int getJMSDeliveryMode() {
    return deliveryMode;
  }

  @Override
  public final void setJMSDeliveryMode(int mode) {
    deliveryMode = mode;
  }

  @Override
  public final boolean getJMSRedelivered() {
    return redelivered;
  }

  @Override
  public final void setJMSRedelivered(boolean again) {
    redelivered = again;
  }

  @Override
  public final String getJMSType() {
    return type;
  }

  @Override
  public final void setJMSType(String text) {
    type = text;
  }

  @Override
  public final long getJMSExpiration() {
    return expirationMs;
  }

  @Override
  public final void setJMSExpiration(long expiration) {
    expirationMs = expiration;
  }

  @Override
  public final long getJMSDeliveryTime() {
    return deliveryTimeMs == 0 ? timestampMs : deliveryTimeMs;
  }

  @Override
  public final void setJMSDeliveryTime(long time) {
    deliveryTimeMs = time;
  }

  @Override
  public final int getJMSPriority() {
    return priority;
  }

  @Override
  public final void setJMSPriority(int level) {
    priority = level;
  }

  @Override
  public final String toString() {
    return type() + " message " + getJMSMessageID() + " of " + getJMSDestination();
  }
}
