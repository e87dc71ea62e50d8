package io.bindery.amqp.codec;

import java.util.Map;

/** The methods of class exchange (AMQP 0-9-1, class 40). */
public sealed interface ExchangeMethod extends Method {
  /** Declares an exchange, or asks whether it is there. */
  record Declare(
      String exchange,
      String exchangeType,
      boolean passive,
      boolean durable,
      boolean autoDelete,
      boolean internal,
      boolean noWait,
      Map<String, Object> arguments)
      implements ExchangeMethod {
    static Declare read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String exchange = in.shortString();
      String exchangeType = in.shortString();
      boolean passive = in.bit();
      boolean durable = in.bit();
      boolean autoDelete = in.bit();
      boolean internal = in.bit();
      boolean noWait = in.bit();
      Map<String, Object> arguments = in.table();
      return new Declare(
          exchange, exchangeType, passive, durable, autoDelete, internal, noWait, arguments);
    }

    @Override
    public MethodType type() {
      return MethodType.EXCHANGE_DECLARE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(exchange);
      out.shortString(exchangeType);
      out.bit(passive);
      out.bit(durable);
      out.bit(autoDelete);
      out.bit(internal);
      out.bit(noWait);
      out.table(arguments);
    }
  }

  /** The exchange is there. */
  record DeclareOk() implements ExchangeMethod {
    static DeclareOk read(ArgumentReader in) throws ProtocolException {
      return new DeclareOk();
    }

    @Override
    public MethodType type() {
      return MethodType.EXCHANGE_DECLARE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Deletes an exchange. */
  record Delete(String exchange, boolean ifUnused, boolean noWait) implements ExchangeMethod {
    static Delete read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String exchange = in.shortString();
      boolean ifUnused = in.bit();
      boolean noWait = in.bit();
      return new Delete(exchange, ifUnused, noWait);
    }

    @Override
    public MethodType type() {
      return MethodType.EXCHANGE_DELETE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(exchange);
      out.bit(ifUnused);
      out.bit(noWait);
    }
  }

  /** The exchange is gone. */
  record DeleteOk() implements ExchangeMethod {
    static DeleteOk read(ArgumentReader in) throws ProtocolException {
      return new DeleteOk();
    }

    @Override
    public MethodType type() {
      return MethodType.EXCHANGE_DELETE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Binds an exchange to another (an extension of RabbitMQ). */
  record Bind(
      String destination,
      String source,
      String routingKey,
      boolean noWait,
      Map<String, Object> arguments)
      implements ExchangeMethod {
    static Bind read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String destination = in.shortString();
      String source = in.shortString();
      String routingKey = in.shortString();
      boolean noWait = in.bit();
      Map<String, Object> arguments = in.table();
      return new Bind(destination, source, routingKey, noWait, arguments);
    }

    @Override
    public MethodType type() {
      return MethodType.EXCHANGE_BIND;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(destination);
      out.shortString(source);
      out.shortString(routingKey);
      out.bit(noWait);
      out.table(arguments);
    }
  }

  /** The exchanges are bound. */
  record BindOk() implements ExchangeMethod {
    static BindOk read(ArgumentReader in) throws ProtocolException {
      return new BindOk();
    }

    @Override
    public MethodType type() {
      return MethodType.EXCHANGE_BIND_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Unbinds an exchange from another (an extension of RabbitMQ). */
  record Unbind(
      String destination,
      String source,
      String routingKey,
      boolean noWait,
      Map<String, Object> arguments)
      implements ExchangeMethod {
    static Unbind read(ArgumentReader in) throws ProtocolException {
      in.shortInt();
      String destination = in.shortString();
      String source = in.shortString();
      String routingKey = in.shortString();
      boolean noWait = in.bit();
      Map<String, Object> arguments = in.table();
      return new Unbind(destination, source, routingKey, noWait, arguments);
    }

    @Override
    public MethodType type() {
      return MethodType.EXCHANGE_UNBIND;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(0);
      out.shortString(destination);
      out.shortString(source);
      out.shortString(routingKey);
      out.bit(noWait);
      out.table(arguments);
    }
  }

  /** The binding is gone. */
  record UnbindOk() implements ExchangeMethod {
    static UnbindOk read(ArgumentReader in) throws ProtocolException {
      return new UnbindOk();
    }

    @Override
    public MethodType type() {
      return MethodType.EXCHANGE_UNBIND_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }
}
