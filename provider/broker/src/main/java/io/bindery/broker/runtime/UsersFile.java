package io.bindery.broker.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * A file of users: a properties file in UTF-8 with lines {@code USER = PASSWORD}. It holds secrets:
 * only the broker's own account should be able to read it.
 */
public final class UsersFile {
  private UsersFile() {}

  /**
   * Reads it.
   *
   * @return passwords by user
   * @throws IOException when it cannot be read
   * @throws IllegalArgumentException when it is no properties file, or the path is none
   */
  public static Map<String, String> read(String path) throws IOException {
    Properties file = new Properties();
    try (Reader text = Files.newBufferedReader(Path.of(path), StandardCharsets.UTF_8)) {
      file.load(text);
    }
    Map<String, String> users = new HashMap<>();
    file.stringPropertyNames().forEach(user -> users.put(user, file.getProperty(user)));
    return users;
  }
}
