package io.bindery.amqp.server;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A server over an embedded broker of its own, in memory. */
final class TestServer implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Engine engine;
  private final ServerSettings settings;
  private AmqpServer server;

  private TestServer(Engine engine, ServerSettings settings) throws AmqpException {
    this.engine = engine;
    this.settings = settings;
    this.server = AmqpServer.start(engine, settings);
  }

  static TestServer start(String parameters) throws AmqpException {
    Engine engine = Engines.find("vm://wire" + NUMBER.incrementAndGet() + parameters);
    return new TestServer(engine, ServerSettings.local(0, Authenticator.of(engine)));
  }

  static TestServer secured(Authenticator authenticator, SslContext tls) throws AmqpException {
    Engine engine = Engines.find("vm://wire" + NUMBER.incrementAndGet());
    return new TestServer(engine, ServerSettings.local(0, authenticator).secured(() -> tls));
  }

  /** The server goes and comes again on its port; the engine stays. */
  void restart() throws AmqpException {
    int port = port();
    server.close();
    server = AmqpServer.start(engine, ServerSettings.local(port, settings.authenticator()));
  }

  int port() {
    return server.port();
  }

  Engine engine() {
    return engine;
  }

  AmqpServer server() {
    return server;
  }

  ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port());
    factory.setAutomaticRecoveryEnabled(false);
    return factory;
  }

  Connection connect() throws IOException, TimeoutException {
    return factory().newConnection();
  }

  @Override
  public void close() {
    server.close();
    engine.close();
  }
}
