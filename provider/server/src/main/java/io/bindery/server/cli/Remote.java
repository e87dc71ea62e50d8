package io.bindery.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bindery.server.BinderyServer;
import io.bindery.server.access.AccessControl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import picocli.CommandLine.Option;

/** Speaks to a running broker's management port: what commands have in common. */
final class Remote {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:${env:BINDERY_HTTP_PORT:-15672}",
      description =
          "The broker's management port (default: BINDERY_HTTP_PORT of this machine, now"
              + " ${DEFAULT-VALUE}).")
  private String url;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Who asks; the password is in the environment: BINDERY_PASSWORD.")
  private String user;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:BINDERY_DATA:-bindery-data}",
      description =
          "Without --user: the data directory of the broker, whose operator.token is used"
              + " (default: BINDERY_DATA, now ${DEFAULT-VALUE}).")
  private Path data;

  private String base() {
    try {
      URI uri = new URI(url);
      String scheme = String.valueOf(uri.getScheme());
      if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
        return url + (url.endsWith("/") ? "" : "/");
      }
    } catch (URISyntaxException e) {
      // As any other text that is none.
    }
    throw new IllegalArgumentException(
        "--url is '" + url + "', but must be like http://127.0.0.1:15672");
  }

  private String credentials() throws IOException {
    if (user != null) {
      String password = System.getenv("BINDERY_PASSWORD");
      if (password == null) {
        throw new IllegalArgumentException(
            "--user needs the password in the environment: BINDERY_PASSWORD");
      }
      return user + ":" + password;
    }
    Path token = data.resolve(BinderyServer.TOKEN_FILE);
    if (!Files.isReadable(token)) {
      throw new IOException(
          "there is no "
              + token
              + " that can be read: give --data=DIR of a running broker on this machine, or --user");
    }
    return AccessControl.OPERATOR + ":" + Files.readString(token).trim();
  }

  /** A part of a path. */
  static String part(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a name is empty: it must have a character at least");
    }
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Asks.
   *
   * @param path behind {@code /api/}
   * @param body null for none
   * @param headers names and values
   * @return the answer, null when it is empty
   * @throws IOException when there is no answer or it is an error, whose text is the broker's
   */
  JsonNode ask(String method, String path, JsonNode body, String... headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base() + "api/" + path))
            .timeout(PATIENCE)
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString(credentials().getBytes(StandardCharsets.UTF_8)))
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(JSON.writeValueAsString(body)));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpResponse<String> response;
    try {
      response =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .send(request.build(), BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw e;
    } catch (HttpTimeoutException e) {
      throw new IOException(
          "no answer from " + url + " within " + PATIENCE.toSeconds() + " seconds", e);
    } catch (IOException e) {
      throw new IOException(
          "what answered is no broker's management port: " + url + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the broker was asked", e);
    }
    String text = response.body();
    if (response.statusCode() >= 400) {
      throw new IOException(reason(text, response.statusCode()));
    }
    try {
      return text.isEmpty() ? null : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IOException("what answered is no broker's management port: " + url, e);
    }
  }

  private static String reason(String text, int status) {
    try {
      return JSON.readTree(text).path("reason").asText("the broker answered " + status);
    } catch (IOException e) {
      return "what answered is no broker's management port (HTTP status " + status + ")";
    }
  }
}
