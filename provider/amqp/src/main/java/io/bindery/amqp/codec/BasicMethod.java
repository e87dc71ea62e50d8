package io.bindery.amqp.codec;

import java.util.Map;

/** The methods of class basic (AMQP 0-9-1, class 60). */
public sealed interface BasicMethod extends Method {
  /** Limits what may be in delivery. */
  record Qos(long prefetchSize, int prefetchCount, boolean global) implements BasicMethod {
    static Qos read(ArgumentReader in) throws ProtocolException {
      long prefetchSize = in.longInt();
      int prefetchCount = in.shortInt();
      boolean global = in.bit();
      return new Qos(prefetchSize, prefetchCount, global);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_QOS;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longInt(prefetchSize);
      out.shortInt(prefetchCount);
      out.bit(global);
    }
  }

  /** The limit holds. */
  record QosOk() implements BasicMethod {
    static QosOk read(ArgumentReader in) throws ProtocolException {
      return new QosOk();
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_QOS_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Starts a consumer. */
  record Consume(
      String queue,
      String consumerTag,
      boolean noLocal,
      boolean noAck,
      boolean exclusive,
      boolean noWait,
      Map<String, Object> arguments)
      implements BasicMethod {
    static Consume read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String queue = in.shortString();
      String consumerTag = in.shortString();
      boolean noLocal = in.bit();
      boolean noAck = in.bit();
      boolean exclusive = in.bit();
      boolean noWait = in.bit();
      Map<String, Object> arguments = in.table();
      return new Consume(queue, consumerTag, noLocal, noAck, exclusive, noWait, arguments);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_CONSUME;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(consumerTag);
      out.bit(noLocal);
      out.bit(noAck);
      out.bit(exclusive);
      out.bit(noWait);
      out.table(arguments);
    }
  }

  /** The consumer is started. */
  record ConsumeOk(String consumerTag) implements BasicMethod {
    static ConsumeOk read(ArgumentReader in) throws ProtocolException {
      String consumerTag = in.shortString();
      return new ConsumeOk(consumerTag);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_CONSUME_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString(consumerTag);
    }
  }

  /** Ends a consumer; from the server, it has ended. */
  record Cancel(String consumerTag, boolean noWait) implements BasicMethod {
    static Cancel read(ArgumentReader in) throws ProtocolException {
      String consumerTag = in.shortString();
      boolean noWait = in.bit();
      return new Cancel(consumerTag, noWait);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_CANCEL;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString(consumerTag);
      out.bit(noWait);
    }
  }

  /** The consumer has ended. */
  record CancelOk(String consumerTag) implements BasicMethod {
    static CancelOk read(ArgumentReader in) throws ProtocolException {
      String consumerTag = in.shortString();
      return new CancelOk(consumerTag);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_CANCEL_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString(consumerTag);
    }
  }

  /** Publishes a message; content follows. */
  record Publish(String exchange, String routingKey, boolean mandatory, boolean immediate)
      implements BasicMethod {
    static Publish read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      boolean mandatory = in.bit();
      boolean immediate = in.bit();
      return new Publish(exchange, routingKey, mandatory, immediate);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_PUBLISH;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.bit(mandatory);
      out.bit(immediate);
    }
  }

  /** Gives back a message that could not be routed; content follows. */
  record Return(int replyCode, String replyText, String exchange, String routingKey)
      implements BasicMethod {
    static Return read(ArgumentReader in) throws ProtocolException {
      int replyCode = in.shortInt();
      String replyText = in.shortString();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      return new Return(replyCode, replyText, exchange, routingKey);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_RETURN;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortString(exchange);
      out.shortString(routingKey);
    }
  }

  /** Delivers a message; content follows. */
  record Deliver(
      String consumerTag, long deliveryTag, boolean redelivered, String exchange, String routingKey)
      implements BasicMethod {
    static Deliver read(ArgumentReader in) throws ProtocolException {
      String consumerTag = in.shortString();
      long deliveryTag = in.longLong();
      boolean redelivered = in.bit();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      return new Deliver(consumerTag, deliveryTag, redelivered, exchange, routingKey);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_DELIVER;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString(consumerTag);
      out.longLong(deliveryTag);
      out.bit(redelivered);
      out.shortString(exchange);
      out.shortString(routingKey);
    }
  }

  /** Asks for one message. */
  record Get(String queue, boolean noAck) implements BasicMethod {
    static Get read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String queue = in.shortString();
      boolean noAck = in.bit();
      return new Get(queue, noAck);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_GET;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bit(noAck);
    }
  }

  /** The message that was asked for; content follows. */
  record GetOk(
      long deliveryTag, boolean redelivered, String exchange, String routingKey, long messageCount)
      implements BasicMethod {
    static GetOk read(ArgumentReader in) throws ProtocolException {
      long deliveryTag = in.longLong();
      boolean redelivered = in.bit();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      long messageCount = in.longInt();
      return new GetOk(deliveryTag, redelivered, exchange, routingKey, messageCount);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_GET_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longLong(deliveryTag);
      out.bit(redelivered);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.longInt(messageCount);
    }
  }

  /** There is no message. */
  record GetEmpty() implements BasicMethod {
    static GetEmpty read(ArgumentReader in) throws ProtocolException {
      in.shortString();
      return new GetEmpty();
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_GET_EMPTY;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString("");
    }
  }

  /** Accepts deliveries; from the server, confirms publishes. */
  record Ack(long deliveryTag, boolean multiple) implements BasicMethod {
    static Ack read(ArgumentReader in) throws ProtocolException {
      long deliveryTag = in.longLong();
      boolean multiple = in.bit();
      return new Ack(deliveryTag, multiple);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_ACK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longLong(deliveryTag);
      out.bit(multiple);
    }
  }

  /** Refuses a delivery. */
  record Reject(long deliveryTag, boolean requeue) implements BasicMethod {
    static Reject read(ArgumentReader in) throws ProtocolException {
      long deliveryTag = in.longLong();
      boolean requeue = in.bit();
      return new Reject(deliveryTag, requeue);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_REJECT;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longLong(deliveryTag);
      out.bit(requeue);
    }
  }

  /** Gives all unsettled deliveries back, without an answer. */
  record RecoverAsync(boolean requeue) implements BasicMethod {
    static RecoverAsync read(ArgumentReader in) throws ProtocolException {
      boolean requeue = in.bit();
      return new RecoverAsync(requeue);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_RECOVER_ASYNC;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.bit(requeue);
    }
  }

  /** Gives all unsettled deliveries back. */
  record Recover(boolean requeue) implements BasicMethod {
    static Recover read(ArgumentReader in) throws ProtocolException {
      boolean requeue = in.bit();
      return new Recover(requeue);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_RECOVER;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.bit(requeue);
    }
  }

  /** They were given back. */
  record RecoverOk() implements BasicMethod {
    static RecoverOk read(ArgumentReader in) throws ProtocolException {
      return new RecoverOk();
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_RECOVER_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Refuses deliveries; from the server, publishes (an extension of RabbitMQ). */
  record Nack(long deliveryTag, boolean multiple, boolean requeue) implements BasicMethod {
    static Nack read(ArgumentReader in) throws ProtocolException {
      long deliveryTag = in.longLong();
      boolean multiple = in.bit();
      boolean requeue = in.bit();
      return new Nack(deliveryTag, multiple, requeue);
    }

    @Override
    public MethodType type() {
      return MethodType.BASIC_NACK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longLong(deliveryTag);
      out.bit(multiple);
      out.bit(requeue);
    }
  }
}
