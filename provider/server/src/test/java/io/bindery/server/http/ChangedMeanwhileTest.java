package io.bindery.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.server.ServerFixture;
import io.bindery.server.access.AccessControl;
import io.bindery.server.access.AccessFile;
import io.bindery.server.access.PasswordHash;
import io.bindery.server.access.User;
import io.bindery.server.settings.Settings.Endpoint;
import io.bindery.testkit.Awaiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user is changed from what it is then, not from what it was when it was asked for. */
class ChangedMeanwhileTest extends ServerFixture {
  private static final String TOKEN = "token";

  private AccessControl access;
  private Management management;

  @BeforeEach
  void open() throws IOException {
    access = new AccessControl(new AccessFile(directory.resolve("others.json")), TOKEN);
    management =
        Management.start(
            new Endpoint("127.0.0.1", 0), new Desk(server.broker(), access), Set.of(), () -> true);
    access.change(state -> state.with(ann("old", "monitoring")));
  }

  @AfterEach
  void close() {
    management.close();
  }

  private static User ann(String password, String tag) {
    return new User("ann", PasswordHash.of(password), Set.of(tag));
  }

  private CompletableFuture<HttpResponse<String>> put(String body) {
    byte[] credentials = (AccessControl.OPERATOR + ":" + TOKEN).getBytes(StandardCharsets.UTF_8);
    return HttpClient.newHttpClient()
        .sendAsync(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + management.port() + "/api/users/ann"))
                .PUT(BodyPublishers.ofString(body))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .build(),
            BodyHandlers.ofString());
  }

  /** Somebody else changes her when all has been read that is read before. */
  private void putWhileSheBecomes(User other, String body) throws IOException {
    AtomicReference<CompletableFuture<HttpResponse<String>>> answer = new AtomicReference<>();
    access.change(
        state -> {
          answer.set(put(body));
          Awaiting.untilAnotherIsBlocked();
          return state.with(other);
        });
    assertEquals(204, answer.get().join().statusCode());
  }

  private Set<String> tags() {
    return access.state().users().get("ann").tags();
  }

  @Test
  void newTagsDoNotBringBackAPassword() throws IOException {
    putWhileSheBecomes(ann("new", "monitoring"), "{\"tags\": \"management\"}");
    assertTrue(access.accepts("ann", "new"));
    assertEquals(Set.of("management"), tags());
  }

  @Test
  void aNewPasswordDoesNotBringBackTags() throws IOException {
    putWhileSheBecomes(ann("old", "management"), "{\"password\": \"new\"}");
    assertTrue(access.accepts("ann", "new"));
    assertEquals(Set.of("management"), tags());
  }
}
