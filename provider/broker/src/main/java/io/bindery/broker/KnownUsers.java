package io.bindery.broker;

import io.bindery.broker.runtime.UsersFile;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/** Lets in whom a file names, with the password that it gives. Immutable. */
final class KnownUsers implements Authenticator {
  private static final byte[] NOBODY = {};

  private final Map<String, byte[]> passwords = new HashMap<>();

  private KnownUsers(Map<String, String> users) {
    users.forEach(
        (user, password) -> passwords.put(user, password.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Those of a file, read now.
   *
   * @throws AmqpException NOT_ALLOWED when the file cannot be read
   */
  static KnownUsers of(String path) throws AmqpException {
    try {
      return new KnownUsers(UsersFile.read(path));
    } catch (IOException | IllegalArgumentException e) {
      throw new AmqpException(
          ReplyCode.NOT_ALLOWED,
          "The file of users '"
              + path
              + "' of the broker URI's parameter users cannot be read: "
              + e.getClass().getSimpleName(),
          e);
    }
  }

  @Override
  public boolean accepts(String user, String password) {
    byte[] known = passwords.getOrDefault(user, NOBODY);
    // In a time that tells nothing about where the two differ.
    return MessageDigest.isEqual(known, password.getBytes(StandardCharsets.UTF_8))
        && known != NOBODY;
  }
}
