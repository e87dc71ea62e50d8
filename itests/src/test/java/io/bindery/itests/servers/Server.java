package io.bindery.itests.servers;

import java.io.IOException;

/** A server that runs. One thread uses it. */
interface Server extends AutoCloseable {
  /** The port of its HTTP, on the loopback address. */
  int port();

  ServerProcess process();

  /** Deploys the adapter, then the application; answers when both run. */
  void deploy() throws IOException;

  /** Undeploys the application, then the adapter; answers when that is done. */
  void undeploy() throws IOException;

  @Override
  default void close() {
    process().close();
  }
}
