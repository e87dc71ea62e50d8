package io.bindery.rabbitmq;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** What TLS trusts and shows: the server must have a certificate that is trusted. */
final class Tls {
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  /** Of a store that never leaves memory. */
  private static final char[] NO_PASSWORD = {};

  private Tls() {}

  /** What has the files that a URI names. */
  static SSLContext context(AmqpUri uri) throws AmqpException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own(uri), trusted(uri.trust()), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AmqpException(ReplyCode.INTERNAL_ERROR, "This Java has no TLS: " + e, e);
    }
  }

  /** Reads a file of the URI. */
  private interface Reading<T> {
    T read(byte[] content) throws IOException, GeneralSecurityException;
  }

  private static <T> T read(String parameter, String file, Reading<T> reading)
      throws AmqpException {
    try {
      return reading.read(Files.readAllBytes(Path.of(file)));
    } catch (IOException | GeneralSecurityException e) {
      // Nothing of the content: it may be a key.
      throw new AmqpException(
          ReplyCode.NOT_ALLOWED,
          "The broker URI is wrong: "
              + parameter
              + " is '"
              + file
              + "', which cannot be read: "
              + e,
          e);
    }
  }

  private static KeyManager[] own(AmqpUri uri) throws AmqpException {
    if (uri.cert().isEmpty()) {
      return null;
    }
    List<Certificate> chain = read("cert", uri.cert(), Tls::certificates);
    String algorithm = chain.get(0).getPublicKey().getAlgorithm();
    return read(
        "key",
        uri.key(),
        content -> {
          KeyStore store = empty();
          store.setKeyEntry(
              "own", key(content, algorithm), NO_PASSWORD, chain.toArray(Certificate[]::new));
          KeyManagerFactory managers =
              KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
          managers.init(store, NO_PASSWORD);
          return managers.getKeyManagers();
        });
  }

  private static PrivateKey key(byte[] content, String algorithm) throws GeneralSecurityException {
    Matcher pem = PRIVATE_KEY.matcher(new String(content, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new GeneralSecurityException(
          "there is no PRIVATE KEY in it (PEM, PKCS #8, not encrypted)");
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    } catch (InvalidKeySpecException e) {
      throw new GeneralSecurityException("it is not of the certificate, which has " + algorithm, e);
    }
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static List<Certificate> certificates(byte[] content) throws GeneralSecurityException {
    List<Certificate> found =
        List.copyOf(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(content)));
    if (found.isEmpty()) {
      throw new GeneralSecurityException("there is no certificate in it");
    }
    return found;
  }

  private static TrustManager[] trusted(String file) throws AmqpException {
    return file.isEmpty() ? null : read("trust", file, Tls::trusting);
  }

  private static TrustManager[] trusting(byte[] content)
      throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    int number = 0;
    for (Certificate each : certificates(content)) {
      store.setCertificateEntry("trusted-" + number++, each);
    }
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(store);
    return trusted.getTrustManagers();
  }
}
