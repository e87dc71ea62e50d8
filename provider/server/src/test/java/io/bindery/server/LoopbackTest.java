package io.bindery.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.bindery.server.settings.SettingsException;
import io.bindery.server.settings.SettingsReader;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default user, whose password everybody knows, is for who is on the broker's own machine. */
class LoopbackTest {
  @TempDir Path directory;

  private BinderyServer server;

  @BeforeEach
  void start() throws SettingsException, StartException {
    server =
        BinderyServer.start(
            SettingsReader.read(
                null,
                Map.of(),
                List.of(
                    "--data=" + directory.resolve("data"),
                    "--amqp.host=*",
                    "--amqp.port=0",
                    "--http.host=*",
                    "--http.port=0")));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** The first address of this machine that is this, or null. */
  static InetAddress own(boolean loopback, boolean six) throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> each.isLoopbackAddress() == loopback && !each.isLinkLocalAddress())
        .filter(each -> each instanceof Inet6Address == six)
        .findFirst()
        .orElse(null);
  }

  private Connection connect(InetAddress to) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(to.getHostAddress());
    factory.setPort(server.amqpPort());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  private int management(InetAddress at) throws IOException, InterruptedException {
    String host = at.getHostAddress().replaceAll("%.*", "");
    byte[] login = "guest:guest".getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://"
                        + (at instanceof Inet6Address ? "[" + host + "]" : host)
                        + ":"
                        + server.httpPort()
                        + "/api/overview"))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
  }

  private void comesIn(InetAddress by) throws IOException, TimeoutException, InterruptedException {
    assumeTrue(by != null, "this machine has no such address");
    try (Connection connection = connect(by)) {
      assertTrue(connection.isOpen());
    }
    assertEquals(200, management(by));
  }

  private void staysOut(InetAddress by) throws IOException, InterruptedException {
    assumeTrue(by != null, "this machine has no such address");
    assertThrows(AuthenticationFailureException.class, () -> connect(by).close());
    assertEquals(401, management(by));
  }

  @Test
  void whoIsOnThisMachineComesIn() throws IOException, TimeoutException, InterruptedException {
    comesIn(own(true, false));
  }

  /** Where clients look first for {@code localhost} on many machines. */
  @Test
  void whoComesByTheSixthVersionDoesToo()
      throws IOException, TimeoutException, InterruptedException {
    comesIn(own(true, true));
  }

  @Test
  void whoComesByAnAddressThatOthersSeeStaysOut() throws IOException, InterruptedException {
    staysOut(own(false, false));
  }

  @Test
  void whoComesByOneOfTheSixthVersionStaysOutToo() throws IOException, InterruptedException {
    staysOut(own(false, true));
  }
}
