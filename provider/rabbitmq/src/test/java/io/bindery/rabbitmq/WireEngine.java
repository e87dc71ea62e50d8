package io.bindery.rabbitmq;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.broker.Broker;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Observation;
import io.bindery.engine.Ticket;
import io.bindery.server.access.AccessControl;
import io.bindery.server.access.AccessFile;
import io.bindery.server.http.Desk;
import io.bindery.server.http.Management;
import io.bindery.server.settings.Settings;
import io.bindery.testkit.EmbeddedEngine;
import io.bindery.testkit.EngineUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The engine over the network: to a server in this virtual machine, over the embedded broker. */
final class WireEngine implements EngineUnderTest {
  private static final long PATIENCE_MS = 10_000;

  /** What comes may cause something more to be sent, and that once more. */
  private static final int CONSEQUENCES = 3;

  private final EngineUnderTest broker;
  private final AmqpServer server;
  private final AmqpServer plainServer;
  private final RabbitEngine engine;
  private final RabbitEngine plain;
  private Management management;
  private Engine asked;

  private WireEngine(EngineUnderTest broker) throws AmqpException {
    this.broker = broker;
    server = serve(broker.engine());
    plainServer = serve(broker.plainEngine());
    engine = (RabbitEngine) Engines.find("amqp://127.0.0.1:" + server.port());
    plain = (RabbitEngine) Engines.find("amqp://127.0.0.1:" + plainServer.port());
  }

  static WireEngine inMemory() throws AmqpException {
    return new WireEngine(EmbeddedEngine.inMemory());
  }

  private static AmqpServer serve(Engine of) throws AmqpException {
    return AmqpServer.start(of, ServerSettings.local(0, Authenticator.of(of)));
  }

  /** The broker itself, behind the back of the engine over the network. */
  Engine broker() {
    return broker.engine();
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Engine plainEngine() {
    return plain;
  }

  /** Over HTTP, as the operator, who sees all. */
  @Override
  public Observation observe() throws AmqpException {
    settled();
    if (management == null) {
      try {
        AccessControl access =
            new AccessControl(new AccessFile(Path.of("target", "no such file")), "token");
        management =
            Management.start(
                new Settings.Endpoint("127.0.0.1", 0),
                new Desk((Broker) broker.engine(), access),
                Set.of(),
                () -> true);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      asked =
          Engines.find(
              "amqp://%s:token@127.0.0.1:%d?management=http://127.0.0.1:%d"
                  .formatted(AccessControl.OPERATOR, server.port(), management.port()));
    }
    return asked.observe();
  }

  @Override
  public void advance(long ms) {
    settled();
    broker.advance(ms);
    settled();
  }

  @Override
  public void settled() {
    for (int i = 0; i < CONSEQUENCES; i++) {
      broker.settled();
      List<Ticket<?>> answers = new ArrayList<>();
      for (RabbitConnection connection : engine.connections()) {
        idle(connection);
        answers.add(connection.control().ask("capabilities", Map.of()));
        connection
            .channels()
            .forEach(channel -> answers.add(channel.wire().ask("capabilities", Map.of())));
      }
      answers.forEach(answer -> answer.awaitDone(PATIENCE_MS));
    }
  }

  private static void idle(RabbitConnection connection) {
    try {
      connection.awaitErrands();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long nowMs() {
    return broker.nowMs();
  }

  @Override
  public void close() {
    if (management != null) {
      asked.close();
      management.close();
    }
    engine.close();
    plain.close();
    server.close();
    plainServer.close();
    broker.close();
  }
}
