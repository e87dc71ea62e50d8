package io.bindery.server;

import io.bindery.broker.runtime.IoFailure;
import io.bindery.server.settings.Settings.ClientCertificate;
import io.bindery.server.settings.Settings.Tls;
import io.bindery.server.settings.TlsMaterial;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * TLS from PEM files, read again when they have changed, so that a certificate is renewed without a
 * restart; a broken new one leaves the old one in place. Thread-safe.
 */
final class Certificates implements Supplier<SslContext> {
  private static final System.Logger LOG = System.getLogger(Certificates.class.getName());
  private static final long LOOK_AGAIN_NS = TimeUnit.SECONDS.toNanos(2);

  private final Tls files;
  private SslContext context;
  private List<Object> version;
  private long lookedNs;

  Certificates(Tls files) throws IOException, GeneralSecurityException {
    this.files = files;
    this.version = version();
    this.context = read();
    this.lookedNs = System.nanoTime();
  }

  private SslContext read() throws IOException, GeneralSecurityException {
    List<String> wrong = new ArrayList<>();
    TlsMaterial read =
        TlsMaterial.read(files, (setting, what) -> wrong.add(setting.text() + " " + what));
    if (read == null) {
      throw new GeneralSecurityException(String.join("; ", wrong));
    }
    read.checkValid(
        Instant.now(),
        files,
        (setting, what) -> LOG.log(Level.WARNING, "{0} {1}", setting.text(), what));
    SslContextBuilder builder =
        SslContextBuilder.forServer(read.key(), read.chain().toArray(X509Certificate[]::new))
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2");
    if (!read.authorities().isEmpty()) {
      builder.trustManager(read.authorities().toArray(X509Certificate[]::new));
    }
    return builder.clientAuth(clientAuth()).build();
  }

  private ClientAuth clientAuth() {
    return files.client() == ClientCertificate.OFF
        ? ClientAuth.NONE
        : files.client() == ClientCertificate.OPTIONAL ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE;
  }

  private List<Object> version() throws IOException {
    List<Object> version = new ArrayList<>();
    for (Path file : new Path[] {files.certificate(), files.key(), files.authorities()}) {
      if (file != null) {
        version.add(Files.getLastModifiedTime(file));
        version.add(Files.size(file));
      }
    }
    return version;
  }

  @Override
  public synchronized SslContext get() {
    long nowNs = System.nanoTime();
    if (nowNs - lookedNs >= LOOK_AGAIN_NS) {
      lookedNs = nowNs;
      try {
        List<Object> now = version();
        if (!now.equals(version)) {
          context = read();
          version = now;
          LOG.log(Level.INFO, "certificates were read again: {0}", files.certificate());
        }
      } catch (IOException | GeneralSecurityException e) {
        LOG.log(
            Level.WARNING,
            "new certificates cannot be used, the old ones stay: {0}",
            e instanceof IOException unread ? IoFailure.of(unread) : e.getMessage());
      }
    }
    return context;
  }
}
