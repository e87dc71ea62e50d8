package io.bindery.itests.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Tells the application of a server what to do, over HTTP. */
final class Commands {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String application;
  private final ServerProcess server;

  /** Those of the application of the smoke test. */
  Commands(Server server) {
    this(server.port(), "smoke", server.process());
  }

  /** Those of an application with that name. */
  Commands(int port, String application, ServerProcess server) {
    this.application = "http://127.0.0.1:" + port + "/" + application + "/do?";
    this.server = server;
  }

  /** Runs a command and answers what it answers; fails when it fails. */
  String run(String act, String text, int times) throws IOException {
    String query = "act=" + act + "&text=" + text + "&times=" + times;
    URI uri = URI.create(application + query);
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw server.failure(query + " answered " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
