package io.bindery.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordHashTest {
  @Test
  void aSlowOneWithASaltOfItsOwn() {
    PasswordHash one = PasswordHash.of("sesame");
    PasswordHash two = PasswordHash.of("sesame");
    assertNotEquals(one.text(), two.text());
    assertTrue(one.isSlow());
    assertTrue(one.matches("sesame"));
    assertFalse(one.matches("Sesame"));
    assertFalse(one.matches(""));
    assertTrue(PasswordHash.parse(one.algorithm(), one.text()).matches("sesame"));
    assertFalse(one.toString().contains(one.text()));
  }

  /** RabbitMQ, "Passwords": salt, then the hash of salt and password, in Base64. */
  @ParameterizedTest
  @CsvSource({"rabbit_password_hashing_sha256,SHA-256", "rabbit_password_hashing_sha512,SHA-512"})
  void whatCameFromRabbitMq(String algorithm, String digest) throws GeneralSecurityException {
    byte[] salt = {(byte) 0x90, (byte) 0x8d, (byte) 0xc6, 0x0a};
    MessageDigest hasher = MessageDigest.getInstance(digest);
    hasher.update(salt);
    byte[] hash = hasher.digest("test12".getBytes(StandardCharsets.UTF_8));
    byte[] both = new byte[salt.length + hash.length];
    System.arraycopy(salt, 0, both, 0, salt.length);
    System.arraycopy(hash, 0, both, salt.length, hash.length);
    PasswordHash parsed = PasswordHash.parse(algorithm, Base64.getEncoder().encodeToString(both));
    assertTrue(parsed.matches("test12"));
    assertFalse(parsed.matches("test13"));
    assertFalse(parsed.isSlow());
  }

  @ParameterizedTest
  @CsvSource({
    "md5,AAAA,hashing_algorithm is 'md5'",
    "rabbit_password_hashing_sha256,AAAA,password_hash has 3 bytes",
    "rabbit_password_hashing_sha256,???,password_hash is no Base64"
  })
  void whatIsNone(String algorithm, String text, String expected) {
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(algorithm, text));
    assertTrue(failure.getMessage().contains(expected), failure.getMessage());
  }

  /** A hash in definitions must not make each login take hours. */
  @Test
  void tooManyRounds() {
    byte[] bytes = new byte[52];
    bytes[0] = 0x7f;
    String text = Base64.getEncoder().encodeToString(bytes);
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class, () -> PasswordHash.parse(PasswordHash.SLOW, text));
    assertEquals(
        "password_hash asks for 2130706432 rounds, but must ask for 1 to 10000000",
        failure.getMessage());
  }
}
