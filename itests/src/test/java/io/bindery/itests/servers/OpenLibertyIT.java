package io.bindery.itests.servers;

import java.io.IOException;

/** The adapter on Open Liberty. */
class OpenLibertyIT extends InjectingContract {
  @Override
  Server started() throws IOException {
    return new OpenLiberty();
  }

  @Override
  long kept() {
    return 0;
  }
}
