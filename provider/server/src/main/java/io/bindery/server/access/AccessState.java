package io.bindery.server.access;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Who there is and who may do what, as of one moment. Immutable: what changes it makes another.
 *
 * @param users by their names
 * @param hosts the names of the virtual hosts
 * @param grants at most one for each user, virtual host and topic exchange
 */
public record AccessState(
    SortedMap<String, User> users, SortedSet<String> hosts, SortedSet<Grant> grants) {
  /** Nobody, and the virtual host {@code /}. */
  public static final AccessState EMPTY =
      new AccessState(new TreeMap<>(), new TreeSet<>(Set.of("/")), new TreeSet<>());

  private static final int MOST_BYTES = 255;

  /** Copies. */
  public AccessState {
    users = Collections.unmodifiableSortedMap(new TreeMap<>(users));
    hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
    grants = Collections.unmodifiableSortedSet(new TreeSet<>(grants));
  }

  /**
   * With a user, instead of one of the same name.
   *
   * @throws IllegalArgumentException when the name is the operator's
   */
  public AccessState with(User user) {
    if (user.name().equals(AccessControl.OPERATOR)) {
      throw new IllegalArgumentException("The name '" + user.name() + "' is the broker's own");
    }
    TreeMap<String, User> changed = new TreeMap<>(users);
    changed.put(user.name(), user);
    return new AccessState(changed, hosts, grants);
  }

  /** Without a user and what it may do. */
  public AccessState withoutUser(String name) {
    TreeMap<String, User> changed = new TreeMap<>(users);
    changed.remove(name);
    return new AccessState(changed, hosts, grantsWithout(each -> each.user().equals(name)));
  }

  /**
   * With a virtual host.
   *
   * @throws IllegalArgumentException when the name is empty or longer than 255 bytes in UTF-8
   */
  public AccessState withHost(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "The name of a virtual host must have 1 to " + MOST_BYTES + " bytes, and has " + bytes);
    }
    TreeSet<String> changed = new TreeSet<>(hosts);
    changed.add(name);
    return new AccessState(users, changed, grants);
  }

  /** Without a virtual host and what may be done in it. */
  public AccessState withoutHost(String name) {
    TreeSet<String> changed = new TreeSet<>(hosts);
    changed.remove(name);
    return new AccessState(users, changed, grantsWithout(each -> each.virtualHost().equals(name)));
  }

  /**
   * With a grant, instead of one for the same.
   *
   * @throws IllegalArgumentException when there is no such user or virtual host
   */
  public AccessState with(Grant grant) {
    if (!users.containsKey(grant.user())) {
      throw new IllegalArgumentException("There is no user '" + grant.user() + "'");
    }
    if (!hosts.contains(grant.virtualHost())) {
      throw new IllegalArgumentException(
          "There is no virtual host '" + grant.virtualHost() + "'; there are " + hosts);
    }
    SortedSet<Grant> changed = grantsWithout(grant::replaces);
    changed.add(grant);
    return new AccessState(users, hosts, changed);
  }

  /**
   * Without a user's grants in a virtual host.
   *
   * @param exchange of which topic exchange; empty for those of names
   */
  public AccessState withoutGrant(String user, String host, String exchange) {
    return new AccessState(
        users, hosts, grantsWithout(new Grant(user, host, exchange, "", "", "")::replaces));
  }

  private SortedSet<Grant> grantsWithout(Predicate<Grant> which) {
    TreeSet<Grant> left = new TreeSet<>(grants);
    left.removeIf(which);
    return left;
  }

  /** The grant of a user for names or for the keys of a topic exchange; null for none. */
  Grant grant(String user, String host, String exchange) {
    Grant like = new Grant(user, host, exchange, "", "", "");
    SortedSet<Grant> from = grants.tailSet(like);
    return !from.isEmpty() && from.first().replaces(like) ? from.first() : null;
  }
}
