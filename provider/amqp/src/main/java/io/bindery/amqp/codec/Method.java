package io.bindery.amqp.codec;

/** A method with its arguments (AMQP 0-9-1, 4.2.4). Immutable. */
public sealed interface Method
    permits ConnectionMethod,
        ChannelMethod,
        ExchangeMethod,
        QueueMethod,
        BasicMethod,
        TxMethod,
        ConfirmMethod {
  /** Which method. */
  MethodType type();

  /** Writes the arguments, in the order of the specification. */
  void write(ArgumentWriter out);
}
