package io.bindery.server.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Users, virtual hosts and permissions in the form of RabbitMQ's definitions: {@code users}, {@code
 * vhosts}, {@code permissions}, {@code topic_permissions}.
 */
public final class AccessForm {
  private AccessForm() {}

  /**
   * Adds what definitions say; what is there under the same name is replaced.
   *
   * @throws IllegalArgumentException naming the field that is wrong
   */
  public static AccessState read(JsonNode root, AccessState to) {
    AccessState state = to;
    for (JsonNode host : each(root, "vhosts")) {
      state = state.withHost(text(host, "name", "vhosts"));
    }
    for (JsonNode user : each(root, "users")) {
      state = state.with(user(user));
    }
    for (JsonNode grant : each(root, "permissions")) {
      state = state.with(grant(grant, "permissions"));
    }
    for (JsonNode grant : each(root, "topic_permissions")) {
      state = state.with(grant(grant, "topic_permissions"));
    }
    return state;
  }

  private static Iterable<JsonNode> each(JsonNode root, String field) {
    JsonNode found = root.path(field);
    if (!found.isMissingNode() && !found.isArray()) {
      throw new IllegalArgumentException(field + " must be an array");
    }
    return found;
  }

  private static String text(JsonNode of, String field, String in) {
    JsonNode found = of.path(field);
    if (!found.isTextual()) {
      throw new IllegalArgumentException(
          "an element of " + in + " has no text " + field + ": it has " + names(of));
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
    String name = text(of, "name", "users");
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

  private static Grant grant(JsonNode of, String in) {
    boolean topics = in.startsWith("topic");
    return new Grant(
        text(of, "user", in),
        text(of, "vhost", in),
        topics ? text(of, "exchange", in) : "",
        topics ? "" : text(of, "configure", in),
        text(of, "write", in),
        text(of, "read", in));
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
