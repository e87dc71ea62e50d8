package io.bindery.server;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.bindery.server.settings.SettingsException;
import io.bindery.server.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server with AMQP and management on free ports, and its data in a directory of the test. */
public abstract class ServerFixture {
  @TempDir protected Path directory;

  protected BinderyServer server;

  @BeforeEach
  protected void start() throws SettingsException, StartException {
    server = BinderyServer.start(SettingsReader.read(null, Map.of(), flags()));
  }

  @AfterEach
  protected void stop() {
    server.close();
  }

  /** What it is started with, and more. */
  protected List<String> flags(String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--data=" + directory.resolve("data"),
                "--amqp.host=127.0.0.1",
                "--amqp.port=0",
                "--http.port=0"));
    flags.addAll(List.of(more));
    return flags;
  }

  /** A connection of RabbitMQ's client, which does not come back by itself. */
  protected Connection connect(String user, String password, String host, String name)
      throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(server.amqpPort());
    factory.setUsername(user);
    factory.setPassword(password);
    factory.setVirtualHost(host);
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection(name);
  }
}
