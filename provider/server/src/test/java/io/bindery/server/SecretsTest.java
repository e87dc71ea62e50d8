package io.bindery.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.SaslMechanism;
import com.rabbitmq.client.impl.LongStringHelper;
import io.bindery.server.settings.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing of a secret is logged or answered, however much is logged and whatever goes wrong. */
class SecretsTest extends ServerFixture {
  private static final String SECRET = "s3cret";
  private static final Pattern HASH = Pattern.compile("\"password_hash\"\\s*:\\s*\"([^\"]+)");
  private static final Logger OURS = Logger.getLogger("io.bindery");

  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Handler handler = new Kept();
  private Level before;

  private final class Kept extends Handler {
    @Override
    public void publish(LogRecord said) {
      StringWriter text = new StringWriter();
      text.append(new SimpleFormatter().formatMessage(said));
      if (said.getThrown() != null) {
        said.getThrown().printStackTrace(new PrintWriter(text));
      }
      logged.add(text.toString());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** Before the server is started. */
  @BeforeEach
  @Override
  protected void start() throws SettingsException, StartException {
    before = OURS.getLevel();
    OURS.setLevel(Level.ALL);
    handler.setLevel(Level.ALL);
    OURS.addHandler(handler);
    super.start();
  }

  @AfterEach
  void forget() {
    OURS.removeHandler(handler);
    OURS.setLevel(before);
  }

  private HttpRequest.Builder request(String path, String login) {
    byte[] credentials = login.getBytes(StandardCharsets.UTF_8);
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
  }

  private static String answer(int status, HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertEquals(status, answer.statusCode(), answer.body());
    return answer.body();
  }

  private String get(int status, String path, String login)
      throws IOException, InterruptedException {
    return answer(status, request(path, login).build());
  }

  private String put(int status, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.BodyPublisher json = HttpRequest.BodyPublishers.ofString(body);
    return answer(status, request(path, "guest:guest").PUT(json).build());
  }

  private void loginFails(String mechanism, String response) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(server.amqpPort());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setSaslConfig(offered -> new Saying(mechanism, response));
    IOException refused = assertThrows(IOException.class, () -> factory.newConnection().close());
    assertFalse(refused.toString().contains(SECRET), refused.toString());
  }

  /** Who logs in by saying this. */
  private record Saying(String mechanism, String response) implements SaslMechanism {
    @Override
    public String getName() {
      return mechanism;
    }

    @Override
    public LongString handleChallenge(LongString challenge, String user, String password) {
      return LongStringHelper.asLongString(response);
    }
  }

  @Test
  void nothingOfThemIsToldByAnybody()
      throws IOException, InterruptedException, TimeoutException, SettingsException {
    String ann = "{\"password\": \"s3cret of ann\", \"tags\": \"management\"}";
    put(201, "/api/users/ann", ann);
    put(204, "/api/users/ann", ann);
    put(
        201,
        "/api/permissions/%2F/ann",
        "{\"configure\": \".*\", \"write\": \".*\", \"read\": \".*\"}");
    try (Connection connection = connect("ann", "s3cret of ann", "/", "one")) {
      Channel channel = connection.createChannel();
      assertThrows(IOException.class, () -> channel.queueDeclarePassive("none"));
    }
    String bob = "/api/users/bob";
    String answered =
        get(200, "/api/whoami", "ann:s3cret of ann")
            + get(200, "/api/users/ann", "guest:guest")
            + get(200, "/api/users", "guest:guest")
            + get(401, "/api/whoami", "ann:s3cret is wrong")
            + put(400, bob, "{\"password\": \"s3cret\"")
            + put(400, bob, "{\"password\": \"s3cret\", x}")
            + put(400, bob, "{\"password\": s3cret of bob}")
            + put(400, "/api/users/ann", "{\"password\": [\"s3cret\"]}")
            + put(400, bob, "{\"password_hash\": \"s3cret!\"}")
            + put(400, bob, "[\"s3cret\"]")
            + put(
                400,
                "/api/definitions",
                "{\"users\": [{\"name\": \"bob\", \"password_hash\": \"s3cret!\"}]}");
    loginFails("PLAIN", "\0ann\0s3cret is wrong");
    loginFails("PLAIN", "\0s3cret is not a pair");
    loginFails("AMQPLAIN", "s3cret is no table");
    loginFails("PLAIN", "\0ann\0" + "s3cret ".repeat(2_000));
    String token = Files.readString(directory.resolve("data").resolve(BinderyServer.TOKEN_FILE));
    String users = Files.readString(directory.resolve("data").resolve("access.json"));
    server.close();
    Files.writeString(
        directory.resolve("data").resolve("access.json"),
        users.replaceFirst("\"password_hash\"\\s*:\\s*\"", "$0s3cret!"));
    StartException refused = assertThrows(StartException.class, super::start);
    String all = String.join("\n", logged) + answered + refused.getMessage();
    assertFalse(all.contains(SECRET), all);
    assertFalse(all.contains(token.trim()), all);
    Matcher hash = HASH.matcher(users);
    while (hash.find()) {
      assertFalse(all.contains(hash.group(1)), all);
    }
    assertTrue(all.contains("login refused"), "it hears what is logged");
  }
}
