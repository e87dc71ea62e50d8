package io.bindery.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS: the server must have a certificate that is trusted, and that names the host. */
final class Tls {
  private Tls() {}

  /**
   * Makes connections use it.
   *
   * @param trust path of a file with certificates (PEM), empty for those that Java trusts
   */
  static void secure(ConnectionFactory factory, String trust) throws AmqpException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.isEmpty() ? null : trusting(trust), null);
      factory.useSslProtocol(context);
      factory.enableHostnameVerification();
    } catch (IOException | GeneralSecurityException e) {
      throw new AmqpException(
          ReplyCode.NOT_ALLOWED,
          "The broker URI is wrong: trust is '" + trust + "', which cannot be read: " + e,
          e);
    }
  }

  private static TrustManager[] trusting(String file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("trusted-" + number++, each);
      }
      if (number == 0) {
        throw new GeneralSecurityException("there is no certificate in it");
      }
    }
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(store);
    return trusted.getTrustManagers();
  }
}
