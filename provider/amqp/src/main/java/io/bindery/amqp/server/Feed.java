package io.bindery.amqp.server;

/** What delivers to a client under a consumer tag. On the event loop. */
interface Feed {
  /** Its consumer tag. */
  String tag();

  /** The client has been told of it: it may deliver. */
  void begin();

  /** There may be more credit, or room on the network. */
  void resume();

  /** Stops or lets go on: nothing is delivered while it is paused. */
  void pause(boolean paused);

  /** From now on it delivers so many, and no more until it is told again. */
  void credit(long more);

  /** Delivers what there is and it may, then calls back. */
  void fetch(Runnable then);

  /** Ends it. */
  void stop();
}
