package io.bindery.ra;

/** A consumer, producer or browser of a session handle: it follows its session. */
interface SessionChild extends BinderyManagedConnection.Closing {
  /**
   * Gives up what it has on the physical connection, which the container takes away; its next use
   * makes it again, on the session of that moment. Never called while the application uses it.
   */
  void release();
}
