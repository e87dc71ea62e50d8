package io.bindery.server.access;

import io.bindery.broker.Authenticator;
import io.bindery.broker.Permissions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decides who may connect and do what, as a file says, and changes that file. What changed holds
 * for connections that are open, too. Thread-safe.
 */
public final class AccessControl implements Authenticator, Permissions {
  /**
   * The operator on this machine, whose password is the token beside the file: may do everything.
   */
  public static final String OPERATOR = "bindery.operator";

  private static final int KEY_BYTES = 32;
  private static final int MOST_REMEMBERED = 10_000;

  private final AccessFile file;
  private final byte[] operatorToken;
  private final SecretKeySpec memoryKey;
  private final String certified;
  private final Map<String, byte[]> remembered = new ConcurrentHashMap<>();
  private volatile AccessState state;

  /**
   * What a file says.
   *
   * @param operatorToken the operator's password
   * @throws IOException when there is a file and it cannot be read; the text says why
   */
  public AccessControl(AccessFile file, String operatorToken) throws IOException {
    this.file = file;
    this.operatorToken = operatorToken.getBytes(StandardCharsets.UTF_8);
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    this.memoryKey = new SecretKeySpec(key, "HmacSHA256");
    byte[] secret = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(secret);
    this.certified = Base64.getEncoder().encodeToString(secret);
    this.state = file.read();
  }

  /** Who there is now. */
  public AccessState state() {
    return state;
  }

  /**
   * Changes it: on disk first.
   *
   * @throws IOException when it cannot be written; then nothing has changed
   * @throws IllegalArgumentException as the change does
   */
  public synchronized void change(UnaryOperator<AccessState> change) throws IOException {
    AccessState changed = change.apply(state);
    file.write(changed);
    AccessState before = state;
    state = changed;
    // Who is as before is not to be checked the slow way again, or each change would be a crowd.
    remembered.keySet().removeIf(name -> !sameHash(before.users().get(name), changed, name));
  }

  private static boolean sameHash(User before, AccessState now, String name) {
    User after = now.users().get(name);
    return before != null && after != null && before.hash() == after.hash();
  }

  /** Whether that password was right when it was last looked at, and still is. Takes no time. */
  public boolean isRemembered(String user, String password) {
    return MessageDigest.isEqual(code(user, password), remembered.get(user));
  }

  @Override
  public boolean accepts(String user, String password) {
    if (user.equals(OPERATOR)) {
      return MessageDigest.isEqual(operatorToken, password.getBytes(StandardCharsets.UTF_8));
    }
    User known = state.users().get(user);
    if (known != null && isCertified(password)) {
      return true;
    }
    if (known == null || known.hash() == null) {
      // It takes as long as a known one, so that nobody learns who there is.
      PasswordHash.of(password);
      return false;
    }
    return isRemembered(user, password)
        || known.hash().matches(password)
            && (remember(known, code(user, password)) || accepts(user, password));
  }

  /** False when it is another password by now: matching takes long. */
  private synchronized boolean remember(User known, byte[] code) {
    User now = state.users().get(known.name());
    if (now == null || !known.hash().equals(now.hash())) {
      return false;
    }
    if (remembered.size() >= MOST_REMEMBERED) {
      remembered.clear();
    }
    remembered.put(known.name(), code);
    return true;
  }

  /** The operator's password: a secret. */
  public String operatorToken() {
    return new String(operatorToken, StandardCharsets.UTF_8);
  }

  /**
   * The password of whoever has proved by something else who it is, in this process: a secret that
   * never leaves it.
   */
  public String certified() {
    return certified;
  }

  private boolean isCertified(String password) {
    return MessageDigest.isEqual(
        certified.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
  }

  /** What a password that was right is remembered by, so that the slow way is gone once. */
  private byte[] code(String user, String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(memoryKey);
      mac.update((user.length() + ":" + user).getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }

  /** A user that is there; the operator too; null for none. */
  public User user(String name) {
    return name.equals(OPERATOR)
        ? new User(OPERATOR, null, Set.of(User.ADMINISTRATOR))
        : state.users().get(name);
  }

  @Override
  public boolean mayEnter(String user, String virtualHost) {
    return user.equals(OPERATOR) || state.grant(user, virtualHost, "") != null;
  }

  @Override
  public boolean allows(String user, String virtualHost, Access access, String resource) {
    if (user.equals(OPERATOR)) {
      return true;
    }
    Grant grant = state.grant(user, virtualHost, "");
    return grant != null && Expressions.found(grant.of(access), resource);
  }

  @Override
  public boolean allowsTopic(String user, String virtualHost, Access access, Topic topic) {
    Grant grant = state.grant(user, virtualHost, topic.exchange());
    return grant == null || Expressions.found(grant.of(access), grant, topic.key());
  }
}
