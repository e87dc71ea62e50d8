package io.bindery.jms.message;

import io.bindery.engine.Body;

/** A message without a body (Jakarta Messaging 3.11). */
public final class JmsPlainMessage extends JmsMessage {
  /** An empty message. */
  public JmsPlainMessage() {}

  @Override
  MessageType type() {
    return MessageType.MESSAGE;
  }

  @Override
  Body bodySnapshot() {
    return Body.EMPTY;
  }

  @Override
  void emptyBody() {
    // There is none.
  }
}
