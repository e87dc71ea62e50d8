package io.bindery.itests.servers;

import java.io.IOException;

/** The adapter on WildFly. */
class WildFlyIT extends InjectingContract {
  @Override
  Server started() throws IOException {
    return new WildFly();
  }

  /**
   * Threads of WildFly's that idle keep the task that they ran last, and so its loader: one mostly,
   * now and then two, but not one for each deployment.
   */
  @Override
  long kept() {
    return 2;
  }
}
