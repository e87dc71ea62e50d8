package io.bindery.jms.message;

import io.bindery.jms.BinderyDestination;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.Enumeration;

/** Copies messages of other providers, through their interfaces alone (Jakarta Messaging 3.12). */
final class ForeignMessages {
  private static final int CHUNK = 8_192;

  private ForeignMessages() {}

  static JmsMessage copy(Message foreign) throws JMSException {
    JmsMessage copy = body(foreign);
    copy.setJMSCorrelationID(foreign.getJMSCorrelationID());
    copy.setJMSType(foreign.getJMSType());
    // Another provider's reply address means nothing here.
    if (foreign.getJMSReplyTo() instanceof BinderyDestination own) {
      copy.setJMSReplyTo(own);
    }
    Enumeration<?> names = foreign.getPropertyNames();
    while (names.hasMoreElements()) {
      String name = String.valueOf(names.nextElement());
      boolean standard =
          name.startsWith("JMS")
              && !name.startsWith("JMS_")
              && !name.equals("JMSXGroupID")
              && !name.equals("JMSXGroupSeq");
      if (!standard) {
        copy.setObjectProperty(name, foreign.getObjectProperty(name));
      }
    }
    return copy;
  }

  private static JmsMessage body(Message foreign) throws JMSException {
    if (foreign instanceof TextMessage text) {
      JmsTextMessage copy = new JmsTextMessage();
      copy.setText(text.getText());
      return copy;
    }
    if (foreign instanceof BytesMessage bytes) {
      return bytes(bytes);
    }
    if (foreign instanceof MapMessage map) {
      return map(map);
    }
    if (foreign instanceof StreamMessage stream) {
      return stream(stream);
    }
    if (foreign instanceof ObjectMessage object) {
      JmsObjectMessage copy = new JmsObjectMessage();
      copy.setObject(object.getObject());
      return copy;
    }
    return new JmsPlainMessage();
  }

  private static JmsMessage bytes(BytesMessage foreign) throws JMSException {
    JmsBytesMessage copy = new JmsBytesMessage();
    foreign.reset();
    byte[] chunk = new byte[CHUNK];
    int length = foreign.readBytes(chunk);
    while (length > 0) {
      copy.writeBytes(chunk, 0, length);
      length = foreign.readBytes(chunk);
    }
    foreign.reset();
    return copy;
  }

  private static JmsMessage map(MapMessage foreign) throws JMSException {
    JmsMapMessage copy = new JmsMapMessage();
    Enumeration<?> names = foreign.getMapNames();
    while (names.hasMoreElements()) {
      String name = String.valueOf(names.nextElement());
      copy.setObject(name, foreign.getObject(name));
    }
    return copy;
  }

  private static JmsMessage stream(StreamMessage foreign) throws JMSException {
    JmsStreamMessage copy = new JmsStreamMessage();
    foreign.reset();
    while (true) {
      try {
        copy.writeObject(foreign.readObject());
      } catch (MessageEOFException end) {
        foreign.reset();
        return copy;
      }
    }
  }
}
