package io.bindery.itests.wire;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.itests.interop.BrokerProcess;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server of ours that one test has for itself, in this virtual machine or from its jar. */
final class OwnServer implements AutoCloseable {
  private static final long STOP_SECONDS = 90;

  private final int port;
  private final Stopping stopping;

  private OwnServer(int port, Stopping stopping) {
    this.port = port;
    this.stopping = stopping;
  }

  private interface Stopping {
    void stop() throws InterruptedException;
  }

  /** In this virtual machine, over that engine, which ends with it. */
  static OwnServer over(Engine engine, ServerSettings.Limits limits) throws AmqpException {
    AmqpServer server =
        AmqpServer.start(engine, ServerSettings.local(0, Authenticator.of(engine)).within(limits));
    return new OwnServer(
        server.port(),
        () -> {
          server.close();
          engine.close();
        });
  }

  /** With limits: in a process where the suite is told to use the jar. */
  static OwnServer within(ServerSettings.Limits limits) throws AmqpException, IOException {
    if (!Brokers.isJar()) {
      SystemEnvironment environment = new SystemEnvironment("limits");
      URI uri = URI.create("vm://limits-" + System.nanoTime());
      return over(Broker.create(BrokerSettings.inMemory(uri, environment, 16 << 20)), limits);
    }
    BrokerProcess process =
        new BrokerProcess(
            "limits",
            "--frame.max=" + limits.frameMax(),
            "--channel.max=" + limits.channelMax(),
            "--heartbeat=" + limits.heartbeatSeconds(),
            "--handshake.timeout=" + TimeUnit.MILLISECONDS.toSeconds(limits.handshakeTimeoutMs()),
            "--message.max=" + limits.messageBytes(),
            "--connection.max=" + limits.connections());
    process.start();
    return new OwnServer(process.port(), process::stop);
  }

  int port() {
    return port;
  }

  /** Begins to stop it in order; it waits for its clients' close-ok. */
  CompletableFuture<Void> stop() {
    return CompletableFuture.runAsync(
        () -> {
          try {
            stopping.stop();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Override
  public void close() {
    stop().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
  }
}
