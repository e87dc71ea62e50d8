package io.bindery.amqp.codec;

import java.util.Map;

/** The methods of class queue (AMQP 0-9-1, class 50). */
public sealed interface QueueMethod extends Method {
  /** Declares a queue, or asks how it is. */
  record Declare(
      String queue,
      boolean passive,
      boolean durable,
      boolean exclusive,
      boolean autoDelete,
      boolean noWait,
      Map<String, Object> arguments)
      implements QueueMethod {
    static Declare read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String queue = in.shortString();
      boolean passive = in.bit();
      boolean durable = in.bit();
      boolean exclusive = in.bit();
      boolean autoDelete = in.bit();
      boolean noWait = in.bit();
      Map<String, Object> arguments = in.table();
      return new Declare(queue, passive, durable, exclusive, autoDelete, noWait, arguments);
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_DECLARE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bit(passive);
      out.bit(durable);
      out.bit(exclusive);
      out.bit(autoDelete);
      out.bit(noWait);
      out.table(arguments);
    }
  }

  /** The queue is there. */
  record DeclareOk(String queue, long messageCount, long consumerCount) implements QueueMethod {
    static DeclareOk read(ArgumentReader in) throws ProtocolException {
      String queue = in.shortString();
      long messageCount = in.longInt();
      long consumerCount = in.longInt();
      return new DeclareOk(queue, messageCount, consumerCount);
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_DECLARE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString(queue);
      out.longInt(messageCount);
      out.longInt(consumerCount);
    }
  }

  /** Binds a queue to an exchange. */
  record Bind(
      String queue,
      String exchange,
      String routingKey,
      boolean noWait,
      Map<String, Object> arguments)
      implements QueueMethod {
    static Bind read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String queue = in.shortString();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      boolean noWait = in.bit();
      Map<String, Object> arguments = in.table();
      return new Bind(queue, exchange, routingKey, noWait, arguments);
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_BIND;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.bit(noWait);
      out.table(arguments);
    }
  }

  /** The queue is bound. */
  record BindOk() implements QueueMethod {
    static BindOk read(ArgumentReader in) throws ProtocolException {
      return new BindOk();
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_BIND_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Unbinds a queue. */
  record Unbind(String queue, String exchange, String routingKey, Map<String, Object> arguments)
      implements QueueMethod {
    static Unbind read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String queue = in.shortString();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      Map<String, Object> arguments = in.table();
      return new Unbind(queue, exchange, routingKey, arguments);
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_UNBIND;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.table(arguments);
    }
  }

  /** The binding is gone. */
  record UnbindOk() implements QueueMethod {
    static UnbindOk read(ArgumentReader in) throws ProtocolException {
      return new UnbindOk();
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_UNBIND_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Empties a queue. */
  record Purge(String queue, boolean noWait) implements QueueMethod {
    static Purge read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String queue = in.shortString();
      boolean noWait = in.bit();
      return new Purge(queue, noWait);
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_PURGE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bit(noWait);
    }
  }

  /** The queue was emptied. */
  record PurgeOk(long messageCount) implements QueueMethod {
    static PurgeOk read(ArgumentReader in) throws ProtocolException {
      long messageCount = in.longInt();
      return new PurgeOk(messageCount);
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_PURGE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longInt(messageCount);
    }
  }

  /** Deletes a queue. */
  record Delete(String queue, boolean ifUnused, boolean ifEmpty, boolean noWait)
      implements QueueMethod {
    static Delete read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String queue = in.shortString();
      boolean ifUnused = in.bit();
      boolean ifEmpty = in.bit();
      boolean noWait = in.bit();
      return new Delete(queue, ifUnused, ifEmpty, noWait);
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_DELETE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bit(ifUnused);
      out.bit(ifEmpty);
      out.bit(noWait);
    }
  }

  /** The queue is gone. */
  record DeleteOk(long messageCount) implements QueueMethod {
    static DeleteOk read(ArgumentReader in) throws ProtocolException {
      long messageCount = in.longInt();
      return new DeleteOk(messageCount);
    }

    @Override
    public MethodType type() {
      return MethodType.QUEUE_DELETE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longInt(messageCount);
    }
  }
}
