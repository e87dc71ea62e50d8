package io.bindery.server.access;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A user.
 *
 * @param name at least one character, at most 255
 * @param hash of the password; null for who cannot log in by one
 * @param tags RabbitMQ's: {@code administrator}, {@code monitoring}, {@code policymaker}, {@code
 *     management}, {@code impersonator}
 */
public record User(String name, PasswordHash hash, Set<String> tags) {
  /** Administers everything. */
  public static final String ADMINISTRATOR = "administrator";

  /** Sees everything. */
  public static final String MONITORING = "monitoring";

  /** Sees and does over HTTP what its permissions allow. */
  public static final String MANAGEMENT = "management";

  /** All that have a meaning; a user may have others, which mean nothing (RabbitMQ). */
  public static final List<String> TAGS =
      List.of(ADMINISTRATOR, MONITORING, "policymaker", MANAGEMENT, "impersonator");

  private static final int MOST_CHARACTERS = 255;

  /**
   * Copies the tags.
   *
   * @throws IllegalArgumentException when the name is empty or too long
   */
  public User {
    Objects.requireNonNull(name);
    if (name.isEmpty() || name.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "The name of a user must have 1 to " + MOST_CHARACTERS + " characters");
    }
    tags = Set.copyOf(new TreeSet<>(tags));
  }

  /** Whether it has a tag; an administrator has them all. */
  public boolean is(String tag) {
    return tags.contains(tag) || tags.contains(ADMINISTRATOR);
  }

  /** Whether it may use management over HTTP at all. */
  public boolean mayManage() {
    return is(MANAGEMENT) || is(MONITORING) || is("policymaker");
  }
}
