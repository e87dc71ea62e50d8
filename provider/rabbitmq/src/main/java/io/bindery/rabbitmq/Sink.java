package io.bindery.rabbitmq;

/** What deliveries of a consumer come to. On the connection's thread, which must not be blocked. */
interface Sink {
  /** The queue that it is of. */
  String queue();

  /** A delivery came. */
  void delivered(RabbitDelivery delivery);

  /** There will be no more: the server ended it, or the channel is over. */
  void ended();
}
