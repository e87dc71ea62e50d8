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

  /** From now on it delivers so many more, and then none until it is told again. */
  void credit(long more);

  /** The same, whatever it might deliver before; nothing for one without credit. */
  void creditAnew(long all);

  /** Delivers what there is and it may, then calls back. */
  void fetch(Runnable then);

  /** Ends it. */
  void stop();
}
