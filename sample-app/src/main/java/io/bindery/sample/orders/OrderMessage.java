package io.bindery.sample.orders;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;

/** An order as a message: its JSON as text, and as properties what selectors and the desk need. */
public final class OrderMessage {
  /** The upload that an order came with, or {@link #SINGLE}. */
  public static final String RUN = "run";

  /** The run of orders that came one by one. */
  public static final String SINGLE = "single";

  /**
   * What a bean reads from a message.
   *
   * @param redelivered whether a bean saw this message before
   */
  public record Received(String run, Order order, boolean redelivered) {}

  private OrderMessage() {}

  /** A message for this order. */
  public static TextMessage of(JMSContext context, String run, Order order) throws JMSException {
    TextMessage message = context.createTextMessage(toJson(order).toString());
    message.setStringProperty(RUN, run);
    message.setStringProperty("id", order.id());
    message.setStringProperty("region", order.region());
    message.setStringProperty("speed", order.speed());
    message.setDoubleProperty("amount", order.amount().doubleValue());
    return message;
  }

  /**
   * Reads a message back.
   *
   * @throws IllegalArgumentException if it is no order
   */
  public static Received read(Message message) throws JMSException {
    if (!(message instanceof TextMessage text) || text.getText() == null) {
      throw new IllegalArgumentException(
          "an order is a text message, this is " + message.getClass());
    }
    String run = message.getStringProperty(RUN);
    Order order = fromJson(text.getText());
    return new Received(run == null ? SINGLE : run, order, message.getJMSRedelivered());
  }

  /** This order as JSON. */
  public static JsonObject toJson(Order order) {
    return Json.createObjectBuilder()
        .add("id", order.id())
        .add("region", order.region())
        .add("speed", order.speed())
        .add("customer", order.customer())
        .add("item", order.item())
        .add("quantity", order.quantity())
        .add("amount", order.amount())
        .build();
  }

  static Order fromJson(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      JsonObject json = reader.readObject();
      return new Order(
          json.getString("id"),
          json.getString("region"),
          json.getString("speed"),
          json.getString("customer"),
          json.getString("item"),
          json.getInt("quantity"),
          json.getJsonNumber("amount").bigDecimalValue());
    } catch (JsonException | NullPointerException | ClassCastException e) {
      throw new IllegalArgumentException(
          "the text of the message is no order: " + e.getMessage(), e);
    }
  }
}
