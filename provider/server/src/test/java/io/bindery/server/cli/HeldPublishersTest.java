package io.bindery.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.server.access.AccessControl;
import io.bindery.server.access.AccessFile;
import io.bindery.server.http.Desk;
import io.bindery.server.http.Management;
import io.bindery.server.settings.Settings.Endpoint;
import io.bindery.testkit.Awaiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An operator sees that publishers are held back, and why. */
class HeldPublishersTest extends CommandFixture {
  private static final int MEMORY_BYTES = 64 << 10;

  @Test
  void statusAndHealthSaySo() throws AmqpException, IOException, InterruptedException {
    String token = Files.readString(directory.resolve("data/operator.token"));
    AccessControl access =
        new AccessControl(new AccessFile(directory.resolve("others.json")), token);
    try (Broker full =
            Broker.create(
                BrokerSettings.inMemory(
                    URI.create("vm://full"), new SystemEnvironment("full"), MEMORY_BYTES));
        Management management =
            Management.start(
                new Endpoint("127.0.0.1", 0), new Desk(full, access), Set.of(), () -> true)) {
      Channel channel = full.connect(ConnectSpec.anonymous("one")).await().openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
      Ticket<PublishOutcome> last = publish(channel);
      while (last.isDone()) {
        last = publish(channel);
      }
      assertEquals("", full.publishersHeld());
      Awaiting.until("publishers are held", () -> !full.publishersHeld().isEmpty());
      String status = run(0, "status", "--url=http://127.0.0.1:" + management.port());
      assertTells("publishers are held back: ", status);
      assertTells("of " + MEMORY_BYTES + " bytes (memory) are in use", status);
      HttpResponse<String> ready = ready(management);
      assertEquals(200, ready.statusCode(), "consumers are served");
      assertTells("(memory)", ready.body());
      channel.purgeQueue("q").await();
      Awaiting.until("publishers go on", () -> full.publishersHeld().isEmpty());
      assertFalse(run(0, "status", "--url=http://127.0.0.1:" + management.port()).contains("held"));
      last.await();
    }
  }

  private static Ticket<PublishOutcome> publish(Channel channel) {
    AmqpMessage message = AmqpMessage.builder().body(new Body.Text("x".repeat(1_000))).build();
    return channel.publish(Route.toQueue("q"), message, channel.autoCommit());
  }

  private static HttpResponse<String> ready(Management management)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + management.port() + "/health/ready");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
