package io.bindery.jms.message;

import io.bindery.engine.Body;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;

/** A message with a text (Jakarta Messaging 3.11). No text and an empty one differ. */
public final class JmsTextMessage extends JmsMessage implements TextMessage {
  private String text;

  /** A message without a text. */
  public JmsTextMessage() {}

  JmsTextMessage(Body body) {
    if (body instanceof Body.Text own) {
      text = own.content();
    } else if (body instanceof Body.Bytes bytes && body != Body.EMPTY) {
      text = new String(bytes.content(), StandardCharsets.UTF_8);
    }
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

  @Override
  public boolean isBodyAssignableTo(Class wanted) {
    return text == null || wanted.isInstance(text);
  }
}
