package io.bindery.server;

import io.bindery.amqp.server.Login;
import io.bindery.engine.Ticket;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Passwords that wait to be checked. Addresses take turns, and of an address its users, so that who
 * guesses passwords keeps nobody else out. Who says the same from the same address waits for the
 * same check. Thread-safe.
 */
final class LoginQueue {
  private final int mostOfOne;

  /** In the order of their turns. */
  private final Map<String, Line> lines = new LinkedHashMap<>();

  /** What is to be checked, and who waits for that. Of whoever has taken it. */
  static final class Check {
    private final String user;
    private final String password;
    private final List<Ticket<Login>> answers = new ArrayList<>(1);
    private long askedNs;

    private Check(String user, String password) {
      this.user = user;
      this.password = password;
    }

    String user() {
      return user;
    }

    String password() {
      return password;
    }

    List<Ticket<Login>> answers() {
      return answers;
    }

    /** When it was last asked for. */
    long askedNs() {
      return askedNs;
    }
  }

  /** What waits of an address: users in the order of their turns, of each its passwords. */
  private static final class Line {
    private final Map<String, Map<String, Check>> users = new LinkedHashMap<>();
    private int waiting;
  }

  /**
   * An empty one.
   *
   * @param mostOfOne how many different ones of an address may wait
   */
  LoginQueue(int mostOfOne) {
    this.mostOfOne = mostOfOne;
  }

  /**
   * Adds one.
   *
   * @param asked who waits for the answer, of what address, since when
   * @return whether there was room
   */
  synchronized boolean add(String user, String password, Asked asked) {
    Line line = lines.computeIfAbsent(asked.address(), any -> new Line());
    Map<String, Check> ofUser = line.users.getOrDefault(user, new LinkedHashMap<>());
    Check check = ofUser.get(password);
    if (check == null && line.waiting >= mostOfOne) {
      return false;
    }
    if (check == null) {
      check = new Check(user, password);
      ofUser.put(password, check);
      line.users.putIfAbsent(user, ofUser);
      line.waiting++;
    }
    check.answers.add(asked.answer());
    check.askedNs = asked.atNs();
    return true;
  }

  /**
   * Who asks.
   *
   * @param address of what host
   * @param atNs when
   * @param answer where the answer goes
   */
  record Asked(String address, long atNs, Ticket<Login> answer) {}

  /** Takes the next one; null when there is none. */
  synchronized Check next() {
    Iterator<Map.Entry<String, Line>> turns = lines.entrySet().iterator();
    if (!turns.hasNext()) {
      return null;
    }
    Map.Entry<String, Line> turn = turns.next();
    turns.remove();
    Line line = turn.getValue();
    Check check = next(line);
    if (line.waiting > 0) {
      lines.put(turn.getKey(), line);
    }
    return check;
  }

  private static Check next(Line line) {
    Iterator<Map.Entry<String, Map<String, Check>>> users = line.users.entrySet().iterator();
    Map.Entry<String, Map<String, Check>> turn = users.next();
    users.remove();
    Iterator<Check> checks = turn.getValue().values().iterator();
    Check check = checks.next();
    checks.remove();
    if (!turn.getValue().isEmpty()) {
      line.users.put(turn.getKey(), turn.getValue());
    }
    line.waiting--;
    return check;
  }
}
