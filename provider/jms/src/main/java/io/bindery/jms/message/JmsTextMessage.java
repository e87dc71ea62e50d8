package io.bindery.jms.message;

import io.bindery.engine.Body;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.TextMessage;

/** A message with a text (Jakarta Messaging 3.11). No text and an empty one differ. */
public final class JmsTextMessage extends JmsMessage implements TextMessage {
  private String text;

  /** A message without a text. */
  public JmsTextMessage() {}

  JmsTextMessage(String text) {
    this.text = text;
  }

  @Override
  public void setText(String value) throws MessageNotWriteableException {
    checkBodyWriteable();
    text = value;
  }

  @Override
  public String getText() {
    return text;
  }

  @Override
  MessageType type() {
    return MessageType.TEXT;
  }

  @Override
  Body bodySnapshot() {
    return text == null ? Body.EMPTY : new Body.Text(text);
  }

  @Override
  boolean hasNoBody() {
    return text == null;
  }

  @Override
  void emptyBody() {
    text = null;
  }

  @Override
  Object bodyObject() {
    return text;
  }
}
