package io.bindery.server.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: a salted slow hash, or one of RabbitMQ's fast ones that came with
 * definitions. Immutable.
 */
public final class PasswordHash {
  /** PBKDF2 with HMAC-SHA-512: 4 bytes rounds, 16 bytes salt, 32 bytes hash. */
  public static final String SLOW = "bindery_pbkdf2_sha512";

  /** RabbitMQ's default: 4 bytes salt, then the SHA-256 of salt and password. */
  public static final String RABBITMQ_SHA256 = "rabbit_password_hashing_sha256";

  /** The same with SHA-512. */
  public static final String RABBITMQ_SHA512 = "rabbit_password_hashing_sha512";

  private static final int ROUNDS = 210_000;
  private static final int MOST_ROUNDS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final int RABBITMQ_SALT_BYTES = 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String algorithm;
  private final byte[] bytes;

  private PasswordHash(String algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
  }

  /** The slow hash of a password with a new salt; takes about a tenth of a second. */
  public static PasswordHash of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return new PasswordHash(
        SLOW,
        ByteBuffer.allocate(Integer.BYTES + SALT_BYTES + HASH_BYTES)
            .putInt(ROUNDS)
            .put(salt)
            .put(slow(password, salt, ROUNDS))
            .array());
  }

  /**
   * A hash as {@link #text} wrote it, or as RabbitMQ's definitions have it.
   *
   * @throws IllegalArgumentException when the algorithm is unknown or the text is none of its
   *     hashes; its text tells no part of the hash
   */
  public static PasswordHash parse(String algorithm, String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("password_hash is no Base64", e);
    }
    int expected =
        switch (algorithm) {
          case SLOW -> Integer.BYTES + SALT_BYTES + HASH_BYTES;
          case RABBITMQ_SHA256 -> RABBITMQ_SALT_BYTES + 32;
          case RABBITMQ_SHA512 -> RABBITMQ_SALT_BYTES + 64;
          default ->
              throw new IllegalArgumentException(
                  "hashing_algorithm is '"
                      + algorithm
                      + "', but must be "
                      + String.join(", ", SLOW, RABBITMQ_SHA256, RABBITMQ_SHA512));
        };
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "password_hash has " + bytes.length + " bytes, and " + algorithm + " needs " + expected);
    }
    if (algorithm.equals(SLOW) && (rounds(bytes) < 1 || rounds(bytes) > MOST_ROUNDS)) {
      throw new IllegalArgumentException(
          "password_hash asks for "
              + rounds(bytes)
              + " rounds, but must ask for 1 to "
              + MOST_ROUNDS);
    }
    return new PasswordHash(algorithm, bytes);
  }

  private static int rounds(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getInt();
  }

  /** Whether it is the hash of that password; takes as long as it takes to make a slow one. */
  public boolean matches(String password) {
    int saltEnd = algorithm.equals(SLOW) ? Integer.BYTES + SALT_BYTES : RABBITMQ_SALT_BYTES;
    byte[] hash = Arrays.copyOfRange(bytes, saltEnd, bytes.length);
    byte[] asked =
        switch (algorithm) {
          case SLOW ->
              slow(password, Arrays.copyOfRange(bytes, Integer.BYTES, saltEnd), rounds(bytes));
          case RABBITMQ_SHA256 -> fast("SHA-256", saltEnd, password);
          default -> fast("SHA-512", saltEnd, password);
        };
    return MessageDigest.isEqual(hash, asked);
  }

  /** Whether it would take an attacker long to try passwords on it. */
  public boolean isSlow() {
    return algorithm.equals(SLOW);
  }

  /** Its algorithm, as definitions name it. */
  public String algorithm() {
    return algorithm;
  }

  /** Itself as definitions have it, in Base64: a secret. */
  public String text() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] slow(String password, byte[] salt, int rounds) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BYTES * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no PBKDF2WithHmacSHA512", e);
    } finally {
      spec.clearPassword();
    }
  }

  private byte[] fast(String digest, int saltBytes, String password) {
    try {
      MessageDigest hasher = MessageDigest.getInstance(digest);
      hasher.update(bytes, 0, saltBytes);
      return hasher.digest(password.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + digest, e);
    }
  }

  @Override
  public String toString() {
    return algorithm + ":****";
  }
}
