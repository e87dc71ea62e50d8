package io.bindery.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.server.Login;
import io.bindery.amqp.server.Peer;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.server.LoginQueue.Asked;
import io.bindery.server.LoginQueue.Check;
import io.bindery.server.access.AccessControl;
import io.bindery.server.access.AccessFile;
import io.bindery.server.access.PasswordHash;
import io.bindery.server.access.User;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who guesses passwords keeps nobody else out. */
class LoginsTest {
  private static final String THERE = "10.0.0.1:1";
  private static final String HERE = "10.0.0.2:1";
  private static final long PATIENCE_MS = 60_000;

  @TempDir Path directory;

  private final LoginQueue queue = new LoginQueue(10);
  private final ArrayDeque<Runnable> checks = new ArrayDeque<>();
  private AccessControl access;
  private Logins logins;

  @BeforeEach
  void open() throws IOException {
    access = new AccessControl(new AccessFile(directory.resolve("access.json")), "token");
    access.change(state -> state.with(new User("ann", PasswordHash.of("secret"), Set.of())));
    logins = new Logins(access, Set.of(), PATIENCE_MS, checks::add);
  }

  private boolean add(String address, String user, String password) {
    return queue.add(user, password, new Asked(address, 0, new Ticket<>()));
  }

  private String next() {
    Check next = queue.next();
    return next == null ? null : next.user() + ":" + next.password() + "*" + next.answers().size();
  }

  private Ticket<Login> login(String address, String user, String password) {
    return logins.byPassword(user, password, new Peer(address, false, null));
  }

  @Test
  void addressesTakeTurnsAndTheirUsersToo() {
    Stream.of("1", "2", "3").forEach(each -> assertTrue(add("there", "guest", each)));
    assertTrue(add("there", "ann", "4"));
    assertTrue(add("here", "ann", "5"));
    assertTrue(add("here", "ann", "6"));
    assertEquals(
        List.of("guest:1*1", "ann:5*1", "ann:4*1", "ann:6*1", "guest:2*1", "guest:3*1"),
        Stream.generate(this::next).limit(6).toList());
    assertNull(next());
  }

  @Test
  void theSameIsCheckedOnce() {
    add("there", "ann", "wrong");
    add("there", "ann", "other");
    add("there", "ann", "wrong");
    add("here", "ann", "wrong");
    assertEquals(
        List.of("ann:wrong*2", "ann:wrong*1", "ann:other*1"),
        Stream.generate(this::next).limit(3).toList());
    assertNull(next());
  }

  @Test
  void soManyOfAnAddressWait() {
    for (int i = 0; i < 10; i++) {
      assertTrue(add("there", "user" + i, ""));
    }
    assertFalse(add("there", "one more", ""));
    assertFalse(add("there", "user1", "other"));
    assertTrue(add("here", "ann", ""));
    next();
    assertTrue(add("there", "one more", ""));
    assertFalse(add("there", "and another", ""));
  }

  @Test
  void whoIsElsewhereIsNotKeptOut() throws AmqpException {
    Ticket<Login> first = login(THERE, "ann", "guess");
    Ticket<Login> second = login(THERE, "ann", "another guess");
    Ticket<Login> ann = login(HERE, "ann", "secret");
    checks.poll().run();
    checks.poll().run();
    assertEquals("ann", ann.await().user());
    assertTrue(first.isDone());
    assertFalse(second.isDone());
    assertTrue(login(THERE, "ann", "secret").isDone(), "what was right is so at once");
    checks.poll().run();
    AmqpException refused = assertThrows(AmqpException.class, second::await);
    assertEquals(ReplyCode.ACCESS_REFUSED, refused.replyCode());
    assertEquals(0, checks.size());
  }

  @Test
  void aWrongPasswordIsNotTheOneThatWasRight() throws AmqpException {
    Ticket<Login> right = login(HERE, "ann", "secret");
    checks.poll().run();
    assertTrue(right.isDone());
    for (Ticket<Login> wrong :
        List.of(login(HERE, "ann", "Secret"), login(HERE, "bob", "secret"))) {
      assertFalse(wrong.isDone());
      checks.poll().run();
      assertThrows(AmqpException.class, wrong::await);
    }
  }

  @Test
  void tooManyOfAnAddressAreToldToComeAgain() {
    for (int i = 0; i < 200; i++) {
      login(THERE, "ann", "guess " + i);
    }
    AmqpException refused =
        assertThrows(AmqpException.class, login(THERE, "ann", "one more")::await);
    assertEquals(ReplyCode.RESOURCE_ERROR, refused.replyCode());
    assertTrue(refused.getMessage().contains("200 logins of 10.0.0.1 wait"), refused.getMessage());
    assertTrue(refused.getMessage().contains("user 'ann' was not checked"), refused.getMessage());
    assertFalse(login(THERE, "ann", "guess 7").isDone(), "it is among those");
  }

  @Test
  void nothingIsCheckedForWhoHasGivenUp() {
    Logins impatient = new Logins(access, Set.of(), 0, checks::add);
    Ticket<Login> late = impatient.byPassword("ann", "secret", new Peer(HERE, false, null));
    checks.poll().run();
    AmqpException why = assertThrows(AmqpException.class, late::await);
    assertTrue(why.getMessage().contains("too many logins wait"), why.getMessage());
  }
}
