package io.bindery.itests.servers;

import java.io.IOException;

/** The adapter in an embedded OpenEJB. */
class OpenEjbIT extends SmokeContract {
  @Override
  Server started() throws IOException {
    return new OpenEjb();
  }

  /** The adapter is on the class path. */
  @Override
  long kept() {
    return 1;
  }
}
