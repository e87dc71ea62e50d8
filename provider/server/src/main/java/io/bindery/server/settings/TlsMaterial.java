package io.bindery.server.settings;

import io.bindery.server.settings.Settings.Tls;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What the files for TLS hold.
 *
 * @param chain the certificate, and those that vouch for it
 * @param key the certificate's
 * @param authorities whose client certificates are accepted; empty for nobody's
 */
public record TlsMaterial(
    List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
  /**
   * Reads and checks them.
   *
   * @param files where they are; what is null has been told as wrong already, but for the
   *     authorities
   * @param wrong is told all that is wrong, and with what setting
   * @return null when anything is wrong
   */
  public static TlsMaterial read(Tls files, BiConsumer<Key, String> wrong) {
    List<X509Certificate> chain =
        read(Key.TLS_CERTIFICATE, files.certificate(), PemFiles::certificates, wrong);
    PrivateKey key = read(Key.TLS_KEY, files.key(), PemFiles::key, wrong);
    List<X509Certificate> authorities =
        files.authorities() == null
            ? List.of()
            : read(Key.TLS_CA, files.authorities(), PemFiles::certificates, wrong);
    if (chain == null || key == null) {
      return null;
    }
    if (!PemFiles.belongTogether(chain.get(0), key)) {
      wrong.accept(
          Key.TLS_KEY,
          "is '"
              + files.key()
              + "', which is not the key of the first certificate in '"
              + files.certificate()
              + "'");
      return null;
    }
    return authorities == null ? null : new TlsMaterial(chain, key, authorities);
  }

  /**
   * Tells which certificates are not valid at a time: whoever is shown one refuses it.
   *
   * @param files where they are
   * @param wrong is told each, and with what setting
   */
  public void checkValid(Instant when, Tls files, BiConsumer<Key, String> wrong) {
    for (X509Certificate each : chain) {
      checkValid(
          when, each, what -> wrong.accept(Key.TLS_CERTIFICATE, told(files.certificate(), what)));
    }
    for (X509Certificate each : authorities) {
      checkValid(when, each, what -> wrong.accept(Key.TLS_CA, told(files.authorities(), what)));
    }
  }

  private static void checkValid(Instant when, X509Certificate one, Consumer<String> wrong) {
    Instant from = one.getNotBefore().toInstant();
    Instant until = one.getNotAfter().toInstant();
    if (when.isBefore(from) || when.isAfter(until)) {
      wrong.accept(
          one.getSubjectX500Principal().getName() + " is valid from " + from + " to " + until);
    }
  }

  private static String told(Path file, String what) {
    return "is '" + file + "', in which the certificate of " + what;
  }

  /** Understands a file. */
  private interface Reading<T> {
    T of(Path file) throws GeneralSecurityException;
  }

  private static <T> T read(
      Key setting, Path file, Reading<T> reading, BiConsumer<Key, String> wrong) {
    if (file == null) {
      return null;
    }
    try {
      return reading.of(file);
    } catch (GeneralSecurityException e) {
      wrong.accept(setting, e.getMessage());
      return null;
    }
  }
}
