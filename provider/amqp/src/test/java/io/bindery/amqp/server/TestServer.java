package io.bindery.amqp.server;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A server over an embedded broker of its own, in memory. */
final class TestServer implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Engine engine;
  private final AmqpServer server;

  private TestServer(Engine engine, AmqpServer server) {
    this.engine = engine;
    this.server = server;
  }

  static TestServer start(String parameters) throws AmqpException {
    return start(parameters, ServerSettings.Limits.DEFAULT);
  }

  static TestServer start(String parameters, ServerSettings.Limits limits) throws AmqpException {
    Engine engine = Engines.find("vm://wire" + NUMBER.incrementAndGet() + parameters);
    ServerSettings settings = ServerSettings.local(0, Authenticator.of(engine)).within(limits);
    return new TestServer(engine, AmqpServer.start(engine, settings));
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
