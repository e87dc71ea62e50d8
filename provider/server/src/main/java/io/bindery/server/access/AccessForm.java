package io.bindery.server.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Users, virtual hosts and permissions in the form of RabbitMQ's definitions: {@code users}, {@code
 * vhosts}, {@code permissions}, {@code topic_permissions}.
 */
public final class AccessForm {
  private AccessForm() {}

  /**
   * Adds what definitions say; what is there under the same name is replaced.
   *
   * @throws IllegalArgumentException naming all that is wrong, and where
   */
  public static AccessState read(JsonNode root, AccessState to) {
    List<String> wrong = new ArrayList<>();
    AccessState state = read(root, to, wrong);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", wrong));
    }
    return state;
  }

  /**
   * Adds what is right.
   *
   * @param wrong gets what is not, and where
   */
  public static AccessState read(JsonNode root, AccessState to, List<String> wrong) {
    Reading reading = new Reading(root, to, wrong);
    reading.each("vhosts", (state, host) -> state.withHost(text(host, "name")));
    reading.each("users", (state, user) -> state.with(user(user)));
    reading.each("permissions", (state, grant) -> state.with(grant(grant, false)));
    reading.each("topic_permissions", (state, grant) -> state.with(grant(grant, true)));
    return reading.state;
  }

  /** What was read so far. */
  private static final class Reading {
    private final JsonNode root;
    private final List<String> wrong;
    private AccessState state;

    Reading(JsonNode root, AccessState to, List<String> wrong) {
      this.root = root;
      this.state = to;
      this.wrong = wrong;
    }

    void each(String kind, BiFunction<AccessState, JsonNode, AccessState> addition) {
      JsonNode all = root.path(kind);
      if (!all.isMissingNode() && !all.isArray()) {
        wrong.add(kind + " must be an array");
        return;
      }
      for (int i = 0; i < all.size(); i++) {
        try {
          state = addition.apply(state, all.get(i));
        } catch (IllegalArgumentException e) {
          wrong.add(kind + "[" + i + "]: " + e.getMessage());
        }
      }
    }
  }

  private static String text(JsonNode of, String field) {
    JsonNode found = of.path(field);
    if (!found.isTextual()) {
      throw new IllegalArgumentException("it has no text " + field + ", but has " + names(of));
    }
    return found.textValue();
  }

  private static Set<String> names(JsonNode of) {
    Set<String> names = new TreeSet<>();
    of.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A user as definitions have it. */
  static User user(JsonNode of) {
    String name = text(of, "name");
    String hash = of.path("password_hash").asText("");
    try {
      return new User(
          name,
          hash.isEmpty()
              ? null
              : PasswordHash.parse(
                  of.path("hashing_algorithm").asText(PasswordHash.RABBITMQ_SHA256), hash),
          tags(of.path("tags")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("user '" + name + "': " + e.getMessage(), e);
    }
  }

  /** Tags, as an array or, as old definitions have them, as one text with commas. */
  public static Set<String> tags(JsonNode of) {
    Set<String> tags = new TreeSet<>();
    if (of.isArray()) {
      of.forEach(tag -> tags.add(tag.asText()));
    } else {
      tags.addAll(Arrays.asList(of.asText("").trim().split("\\s*,\\s*")));
    }
    tags.remove("");
    return tags;
  }

  private static Grant grant(JsonNode of, boolean topics) {
    return new Grant(
        text(of, "user"),
        text(of, "vhost"),
        topics ? text(of, "exchange") : "",
        topics ? "" : text(of, "configure"),
        text(of, "write"),
        text(of, "read"));
  }

  /** The whole of it, with password hashes. */
  public static ObjectNode write(AccessState state) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode users = root.putArray("users");
    state.users().values().forEach(user -> users.add(write(user, true)));
    ArrayNode hosts = root.putArray("vhosts");
    state.hosts().forEach(host -> hosts.addObject().put("name", host));
    ArrayNode permissions = root.putArray("permissions");
    ArrayNode topics = root.putArray("topic_permissions");
    state
        .grants()
        .forEach(grant -> (grant.exchange().isEmpty() ? permissions : topics).add(write(grant)));
    return root;
  }

  /** A user. */
  public static ObjectNode write(User user, boolean withHash) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", user.name());
    if (withHash && user.hash() != null) {
      node.put("password_hash", user.hash().text());
      node.put("hashing_algorithm", user.hash().algorithm());
    }
    ArrayNode tags = node.putArray("tags");
    new TreeSet<>(user.tags()).forEach(tags::add);
    return node;
  }

  /** A permission. */
  public static ObjectNode write(Grant grant) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("user", grant.user())
            .put("vhost", grant.virtualHost());
    if (grant.exchange().isEmpty()) {
      node.put("configure", grant.configure());
    } else {
      node.put("exchange", grant.exchange());
    }
    return node.put("write", grant.write()).put("read", grant.read());
  }
}
