package io.bindery.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.Permissions.Access;
import io.bindery.broker.Permissions.Topic;
import io.bindery.testkit.Awaiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessControlTest {
  private static final String TOKEN = "token";

  @TempDir Path directory;

  private Path path;
  private AccessControl access;

  @BeforeEach
  void open() throws IOException {
    path = directory.resolve("access.json");
    access = new AccessControl(new AccessFile(path), TOKEN);
  }

  private void ann(Grant... grants) throws IOException {
    access.change(
        state -> {
          AccessState with =
              state.with(new User("ann", PasswordHash.of("secret"), Set.of())).withHost("shop");
          for (Grant grant : grants) {
            with = with.with(grant);
          }
          return with;
        });
  }

  @Test
  void whoMayLogIn() throws IOException {
    ann();
    assertTrue(access.accepts("ann", "secret"));
    assertTrue(access.accepts("ann", "secret"), "remembered");
    assertFalse(access.accepts("ann", "Secret"), "not for another password");
    assertFalse(access.accepts("bob", "secret"));
    assertFalse(access.accepts("", ""));
    access.change(state -> state.with(new User("ann", PasswordHash.of("new"), Set.of())));
    assertFalse(access.accepts("ann", "secret"), "a changed password is forgotten");
    assertTrue(access.accepts("ann", "new"));
    access.change(state -> state.with(new User("ann", null, Set.of())));
    assertFalse(access.accepts("ann", ""), "without a password nobody logs in by one");
    assertTrue(access.accepts("ann", access.certified()));
    assertFalse(access.accepts("bob", access.certified()));
  }

  @Test
  void aChangeForgetsWhomItChanges() throws IOException {
    ann();
    assertFalse(access.isRemembered("ann", "secret"));
    assertTrue(access.accepts("ann", "secret"));
    access.change(state -> state.with(new User("bob", PasswordHash.of("secret"), Set.of())));
    assertTrue(access.isRemembered("ann", "secret"), "nobody changed her");
    assertFalse(access.isRemembered("ann", "Secret"));
    assertFalse(access.isRemembered("bob", "secret"));
    access.change(state -> state.with(new User("ann", PasswordHash.of("secret"), Set.of())));
    assertFalse(access.isRemembered("ann", "secret"));
    assertTrue(access.accepts("ann", "secret"));
    access.change(state -> state.withoutUser("ann"));
    assertFalse(access.isRemembered("ann", "secret"));
  }

  /** Comparing takes long. */
  @Test
  void aPasswordThatIsChangedWhileItIsComparedIsNotRemembered()
      throws IOException, InterruptedException {
    ann();
    AtomicBoolean accepted = new AtomicBoolean(true);
    Thread comparing = new Thread(() -> accepted.set(access.accepts("ann", "secret")));
    access.change(
        state -> {
          comparing.start();
          Awaiting.untilAnotherIsBlocked();
          return state.with(new User("ann", PasswordHash.of("new"), Set.of()));
        });
    comparing.join();
    assertFalse(accepted.get(), "it is another one by now");
    assertFalse(access.accepts("ann", "secret"));
    assertTrue(access.accepts("ann", "new"));
  }

  /** RabbitMQ, "Access Control": found anywhere in the name; an empty expression in none. */
  @Test
  void expressionsAreLookedForInNames() throws IOException {
    ann(new Grant("ann", "/", "", "^ann\\.", "", "orders|audit"));
    assertTrue(access.mayEnter("ann", "/"));
    assertFalse(access.mayEnter("ann", "shop"));
    assertTrue(access.allows("ann", "/", Access.CONFIGURE, "ann.q"));
    assertFalse(access.allows("ann", "/", Access.CONFIGURE, "not.ann.q"));
    assertFalse(access.allows("ann", "/", Access.WRITE, "q"));
    assertTrue(access.allows("ann", "/", Access.READ, "new-orders-1"));
    assertFalse(access.allows("ann", "shop", Access.READ, "new-orders-1"));
    assertFalse(access.allows("bob", "/", Access.READ, "new-orders-1"));
  }

  @Test
  void topicsAreFreeUntilSomethingIsSaidOfTheirExchange() throws IOException {
    ann(
        Grant.all("ann", "/"),
        new Grant("ann", "/", "amq.topic", "", "^{username}\\.", "^(all|{username})\\."));
    assertTrue(access.allowsTopic("ann", "/", Access.WRITE, new Topic("other", "x")));
    assertTrue(access.allowsTopic("ann", "/", Access.WRITE, new Topic("amq.topic", "ann.x")));
    assertFalse(access.allowsTopic("ann", "/", Access.WRITE, new Topic("amq.topic", "all.x")));
    assertTrue(access.allowsTopic("ann", "/", Access.READ, new Topic("amq.topic", "all.x")));
  }

  @Test
  void theOperatorMayDoEverything() {
    assertTrue(access.accepts(AccessControl.OPERATOR, TOKEN));
    assertFalse(access.accepts(AccessControl.OPERATOR, "guess"));
    assertTrue(access.mayEnter(AccessControl.OPERATOR, "any"));
    assertTrue(access.allows(AccessControl.OPERATOR, "/", Access.CONFIGURE, "q"));
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                access.change(
                    state -> state.with(new User(AccessControl.OPERATOR, null, Set.of()))));
    assertTrue(failure.getMessage().contains(AccessControl.OPERATOR));
  }

  @Test
  void allIsKept() throws IOException {
    ann(Grant.all("ann", "shop"), new Grant("ann", "shop", "t", "", "w", "r"));
    AccessControl again = new AccessControl(new AccessFile(path), TOKEN);
    assertEquals(access.state().grants(), again.state().grants());
    assertEquals(access.state().hosts(), again.state().hosts());
    assertTrue(again.accepts("ann", "secret"));
    assertFalse(Files.readString(path).contains("secret"));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    again.change(state -> state.withoutUser("ann"));
    assertEquals(Set.of(), new AccessControl(new AccessFile(path), TOKEN).state().grants());
  }

  @Test
  void aChangeThatFailsChangesNothing() throws IOException {
    ann();
    for (Grant wrong : List.of(Grant.all("bob", "/"), Grant.all("ann", "nowhere"))) {
      assertThrows(IllegalArgumentException.class, () -> access.change(state -> state.with(wrong)));
    }
    assertThrows(IllegalArgumentException.class, () -> new Grant("ann", "/", "", "(", "", ""));
    assertEquals(Set.of(), access.state().grants());
    assertEquals(Set.of(), new AccessControl(new AccessFile(path), TOKEN).state().grants());
  }

  @Test
  void aBrokenFileSaysWhere() throws IOException {
    Files.writeString(path, "{\"users\": [\n{\"name\": }]}");
    IOException failure =
        assertThrows(IOException.class, () -> new AccessControl(new AccessFile(path), TOKEN));
    assertTrue(
        failure.getMessage().startsWith(path + ", line 2, column 10: "), failure.getMessage());
    Files.writeString(path, "{\"vhosts\": [], \"users\": [{\"nam\": \"x\"}]}");
    failure = assertThrows(IOException.class, () -> new AccessControl(new AccessFile(path), TOKEN));
    assertTrue(
        failure.getMessage().contains("users[0]: it has no text name, but has [nam]"),
        failure.getMessage());
  }
}
