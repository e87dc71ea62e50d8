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
  private final Server server;

  Commands(Server server) {
    this.server = server;
  }

  /** Runs a command and answers what it answers; fails when it fails. */
  String run(String act, String text, int times) throws IOException {
    String query = "act=" + act + "&text=" + text + "&times=" + times;
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/smoke/do?" + query);
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw server.process().failure(query + " answered " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
