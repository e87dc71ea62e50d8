package io.bindery.server.settings;

import io.bindery.broker.runtime.IoFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Certificates and private keys in the textual form of RFC 7468. What is wrong with a file is told
 * so that the name of a setting fits before it, and tells nothing of a key.
 */
final class PemFiles {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final Set<String> CERTIFICATES = Set.of("CERTIFICATE", "X509 CERTIFICATE");
  private static final String KEY = "PRIVATE KEY";
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");
  private static final byte[] PROBE = "bindery".getBytes(StandardCharsets.US_ASCII);

  private PemFiles() {}

  /**
   * The certificates of a file, at least one, in their order.
   *
   * @throws GeneralSecurityException when it cannot be read or understood
   */
  static List<X509Certificate> certificates(Path file) throws GeneralSecurityException {
    String text = text(file);
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> all = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(text); block.find(); ) {
      if (CERTIFICATES.contains(block.group(1))) {
        all.add(certificate(factory, block.group(2), file, all.size() + 1));
      }
    }
    if (all.isEmpty()) {
      throw wrong(file, "which holds no certificate in PEM" + found(text));
    }
    return all;
  }

  private static X509Certificate certificate(
      CertificateFactory factory, String base64, Path file, int number)
      throws GeneralSecurityException {
    try {
      return (X509Certificate)
          factory.generateCertificate(new ByteArrayInputStream(decoded(base64)));
    } catch (CertificateException | IllegalArgumentException e) {
      throw wrong(file, "whose certificate " + number + " is damaged: " + e.getMessage());
    }
  }

  /**
   * The private key of a file.
   *
   * @throws GeneralSecurityException when it cannot be read or understood
   */
  static PrivateKey key(Path file) throws GeneralSecurityException {
    String text = text(file);
    for (Matcher block = BLOCK.matcher(text); block.find(); ) {
      String kind = block.group(1);
      if (kind.equals("ENCRYPTED " + KEY)) {
        throw wrong(
            file, "whose key is encrypted, but must not be: openssl pkey -in FILE -out NEWFILE");
      }
      if (kind.equals(KEY)) {
        return key(block.group(2), file);
      }
      if (kind.endsWith(" " + KEY)) {
        throw wrong(
            file,
            "whose key is a '"
                + kind
                + "', but must be in the form PKCS #8: openssl pkcs8 -topk8 -nocrypt -in FILE"
                + " -out NEWFILE");
      }
    }
    throw wrong(file, "which holds no private key in PEM" + found(text));
  }

  private static PrivateKey key(String base64, Path file) throws GeneralSecurityException {
    PKCS8EncodedKeySpec encoded;
    try {
      encoded = new PKCS8EncodedKeySpec(decoded(base64));
    } catch (IllegalArgumentException e) {
      throw wrong(file, "whose key is damaged: it is no Base64");
    }
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        // One of another algorithm, or of none.
        assert e != null;
      }
    }
    throw wrong(
        file,
        "whose key is damaged, or of none of the algorithms " + String.join(", ", KEY_ALGORITHMS));
  }

  /** Whether a private key is that of a certificate. */
  static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
    PublicKey open = certificate.getPublicKey();
    if (open instanceof RSAKey one && key instanceof RSAKey other) {
      return one.getModulus().equals(other.getModulus());
    }
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm();
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // Keys of two kinds, or of two curves.
      return false;
    }
  }

  private static String text(Path file) throws GeneralSecurityException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new GeneralSecurityException(
          "is '" + file + "', which cannot be read: " + IoFailure.of(e).replace(file + ": ", ""),
          e);
    }
  }

  private static byte[] decoded(String base64) {
    return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
  }

  /** What there is instead: files are easily taken for each other. */
  private static String found(String text) {
    String kinds =
        BLOCK
            .matcher(text)
            .results()
            .map(block -> block.group(1))
            .distinct()
            .collect(Collectors.joining(", "));
    return kinds.isEmpty() ? "" : ", but " + kinds;
  }

  private static GeneralSecurityException wrong(Path file, String what) {
    return new GeneralSecurityException("is '" + file + "', " + what);
  }
}
