package io.bindery.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import io.bindery.server.access.AccessControl;
import io.bindery.server.access.AccessFile;
import io.bindery.server.access.Grant;
import io.bindery.server.access.User;
import io.bindery.server.settings.Settings;
import io.bindery.server.settings.SettingsException;
import io.bindery.server.settings.SettingsReader;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AMQP over TLS, certificates that say who a client is, and certificates that are renewed. */
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path directory;

  /** A new key with a certificate that signs itself, as PEM files NAME.crt and NAME.key. */
  private KeyStore certificate(String name, String commonName)
      throws IOException, GeneralSecurityException, InterruptedException {
    return certificate(name, commonName, "EC");
  }

  private KeyStore certificate(String name, String commonName, String algorithm)
      throws IOException, GeneralSecurityException, InterruptedException {
    return certificate(name, commonName, algorithm, "-1d");
  }

  private KeyStore certificate(String name, String commonName, String algorithm, String startDate)
      throws IOException, GeneralSecurityException, InterruptedException {
    InetAddress seen = LoopbackTest.own(false, false);
    Path file = directory.resolve(name + ".p12");
    Files.deleteIfExists(file);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "one",
                "-keyalg",
                algorithm,
                "-startdate",
                startDate,
                "-validity",
                "30",
                "-dname",
                "CN=" + commonName,
                "-ext",
                "san=ip:127.0.0.1" + (seen == null ? "" : ",ip:" + seen.getHostAddress()),
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertTrue(keytool.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, keytool.exitValue(), Files.readString(directory.resolve("keytool.log")));
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    pem(name + ".crt", "CERTIFICATE", store.getCertificate("one").getEncoded());
    pem(name + ".key", "PRIVATE KEY", store.getKey("one", PASSWORD).getEncoded());
    return store;
  }

  private void pem(String file, String what, byte[] der) throws IOException {
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN "
            + what
            + "-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der)
            + "\n-----END "
            + what
            + "-----\n");
  }

  private BinderyServer start(String... more) throws SettingsException, StartException {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--data=" + directory.resolve("data"),
                "--amqp.host=127.0.0.1",
                "--amqp.port=off",
                "--amqps.port=0",
                "--http.port=off",
                "--tls.certificate=" + directory.resolve("server.crt"),
                "--tls.key=" + directory.resolve("server.key")));
    flags.addAll(List.of(more));
    return BinderyServer.start(SettingsReader.read(null, Map.of(), flags));
  }

  private static SSLContext context(KeyStore trusted, KeyStore own)
      throws GeneralSecurityException, IOException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("server", trusted.getCertificate("one"));
    TrustManagerFactory trustManagers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(trust);
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(own, own == null ? null : PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  private static ConnectionFactory factory(BinderyServer server, SSLContext context) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(server.amqpsPort());
    factory.useSslProtocol(context);
    factory.enableHostnameVerification();
    factory.setAutomaticRecoveryEnabled(false);
    factory.setHandshakeTimeout(60_000);
    return factory;
  }

  @Test
  void passwordsOverTls()
      throws IOException,
          GeneralSecurityException,
          InterruptedException,
          TimeoutException,
          SettingsException,
          StartException {
    KeyStore own = certificate("server", "localhost");
    try (BinderyServer server = start();
        Connection connection = factory(server, context(own, null)).newConnection()) {
      connection.createChannel().queueDeclare("q", true, false, false, Map.of());
      assertEquals(0, server.amqpPort());
      ConnectionFactory plain = new ConnectionFactory();
      plain.setHost("127.0.0.1");
      plain.setPort(server.amqpsPort());
      plain.setHandshakeTimeout(5_000);
      assertThrows(IOException.class, () -> plain.newConnection().close());
    }
  }

  @Test
  void aCertificateSaysWhoItIs()
      throws IOException,
          GeneralSecurityException,
          InterruptedException,
          TimeoutException,
          SettingsException,
          StartException {
    KeyStore own = certificate("server", "localhost");
    KeyStore ann = certificate("ann", "ann");
    AccessControl access =
        new AccessControl(
            new AccessFile(
                Files.createDirectories(directory.resolve("data")).resolve("access.json")),
            "unused");
    access.change(state -> state.with(new User("ann", null, Set.of())).with(Grant.all("ann", "/")));
    try (BinderyServer server =
        start("--tls.ca=" + directory.resolve("ann.crt"), "--tls.client=optional")) {
      ConnectionFactory factory = factory(server, context(own, ann));
      factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
      try (Connection connection = factory.newConnection()) {
        connection.createChannel().queueDeclare("q", true, false, false, Map.of());
        assertEquals("ann", server.broker().observe().connections().get(0).user());
      }
      ConnectionFactory nobody = factory(server, context(own, null));
      nobody.setSaslConfig(DefaultSaslConfig.EXTERNAL);
      IOException refused = assertThrows(IOException.class, () -> nobody.newConnection().close());
      assertTrue(
          refused.getMessage().contains("server offered [PLAIN AMQPLAIN]"), refused.toString());
    }
    try (BinderyServer server =
        start("--tls.ca=" + directory.resolve("ann.crt"), "--tls.client=required")) {
      assertThrows(
          IOException.class, () -> factory(server, context(own, null)).newConnection().close());
    }
  }

  @Test
  void theCertificateOfALoopbackUserIsForThisMachineOnly()
      throws IOException,
          GeneralSecurityException,
          InterruptedException,
          TimeoutException,
          SettingsException,
          StartException {
    InetAddress seen = LoopbackTest.own(false, false);
    assumeTrue(seen != null, "this machine has no address that others see");
    KeyStore own = certificate("server", "localhost");
    KeyStore guest = certificate("guest", "guest");
    try (BinderyServer server =
        start(
            "--amqp.host=*",
            "--tls.ca=" + directory.resolve("guest.crt"),
            "--tls.client=required")) {
      ConnectionFactory factory = new ConnectionFactory();
      factory.useSslProtocol(context(own, guest));
      factory.setPort(server.amqpsPort());
      factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
      factory.setHost("127.0.0.1");
      factory.newConnection().close();
      factory.setHost(seen.getHostAddress());
      assertThrows(AuthenticationFailureException.class, () -> factory.newConnection().close());
    }
  }

  @Test
  void theVersionsAreThese()
      throws IOException,
          GeneralSecurityException,
          InterruptedException,
          SettingsException,
          StartException {
    KeyStore own = certificate("server", "localhost");
    try (BinderyServer server = start()) {
      for (String version : List.of("TLSv1.2", "TLSv1.3")) {
        try (SSLSocket socket =
            (SSLSocket)
                context(own, null)
                    .getSocketFactory()
                    .createSocket("127.0.0.1", server.amqpsPort())) {
          socket.setEnabledProtocols(new String[] {version});
          assertEquals(version, socket.getSession().getProtocol());
        }
      }
    }
    Settings settings =
        SettingsReader.read(
            null,
            Map.of(),
            List.of(
                "--amqps.port=5671",
                "--tls.certificate=" + directory.resolve("server.crt"),
                "--tls.key=" + directory.resolve("server.key")));
    SSLEngine engine = new Certificates(settings.tls()).get().newEngine(ByteBufAllocator.DEFAULT);
    assertEquals(Set.of("TLSv1.2", "TLSv1.3"), Set.of(engine.getEnabledProtocols()));
  }

  /** Each begins to speak, and then neither hears nor says anything more. */
  @Test
  void clientsOfBothPortsAreWaitedForTogether()
      throws IOException,
          GeneralSecurityException,
          InterruptedException,
          SettingsException,
          StartException {
    KeyStore own = certificate("server", "localhost");
    BinderyServer server = start("--amqp.port=0", "--http.port=0");
    try (Socket plain = new Socket("127.0.0.1", server.amqpPort());
        Socket secured =
            context(own, null).getSocketFactory().createSocket("127.0.0.1", server.amqpsPort())) {
      for (Socket each : List.of(plain, secured)) {
        each.getOutputStream().write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
        assertEquals(1, each.getInputStream().read());
      }
      long beganNs = System.nanoTime();
      server.close();
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
      assertTrue(tookMs < 3_500, "for two seconds, not for two at each: " + tookMs);
    } finally {
      server.close();
    }
  }

  private static BigInteger serial(BinderyServer server, SSLContext context) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.amqpsPort())) {
      SSLSession session = socket.getSession();
      return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
    }
  }

  @Test
  void certificatesAreRenewedWithoutARestart()
      throws IOException,
          GeneralSecurityException,
          InterruptedException,
          SettingsException,
          StartException {
    KeyStore old = certificate("server", "localhost");
    try (BinderyServer server = start()) {
      BigInteger before = serial(server, context(old, null));
      KeyStore renewed = certificate("next", "localhost");
      Files.copy(
          directory.resolve("next.key"),
          directory.resolve("server.key"),
          StandardCopyOption.REPLACE_EXISTING);
      Files.copy(
          directory.resolve("next.crt"),
          directory.resolve("server.crt"),
          StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(
          directory.resolve("server.crt"), FileTime.fromMillis(System.currentTimeMillis() + 5_000));
      BigInteger after = before;
      long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (after.equals(before) && System.nanoTime() - endNs < 0) {
        try {
          after = serial(server, context(renewed, null));
        } catch (SSLPeerUnverifiedException e) {
          // Still the old one, which this context does not trust.
          Thread.onSpinWait();
        }
      }
      assertNotEquals(before, after);
    }
  }

  @Test
  void halfOfANewPairDoesNotReplaceTheOldOne()
      throws IOException,
          GeneralSecurityException,
          InterruptedException,
          SettingsException,
          StartException {
    KeyStore old = certificate("server", "localhost");
    certificate("next", "localhost");
    List<String> logged = new CopyOnWriteArrayList<>();
    Handler handler = listener(logged);
    Logger logger = Logger.getLogger(Certificates.class.getName());
    logger.addHandler(handler);
    try (BinderyServer server = start()) {
      BigInteger before = serial(server, context(old, null));
      Files.copy(
          directory.resolve("next.crt"),
          directory.resolve("server.crt"),
          StandardCopyOption.REPLACE_EXISTING);
      long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (logged.isEmpty() && System.nanoTime() - endNs < 0) {
        assertEquals(before, serial(server, context(old, null)));
      }
      assertEquals(before, serial(server, context(old, null)));
    } finally {
      logger.removeHandler(handler);
    }
    assertTrue(logged.get(0).contains("the old ones stay: tls.key is '"), logged::toString);
    assertTrue(logged.get(0).contains("which is not the key of the first"), logged::toString);
  }

  private static Handler listener(List<String> logged) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        logged.add(new SimpleFormatter().formatMessage(record));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "RSASSA-PSS", "Ed25519"})
  void filesThatBelongTogetherAreInOrder(String algorithm)
      throws IOException, GeneralSecurityException, InterruptedException, SettingsException {
    certificate("server", "localhost", algorithm);
    check("server.crt", "server.key");
  }

  /** What {@code serve --check} does. */
  private void check(String certificate, String key) throws SettingsException {
    SettingsReader.check(
        null,
        Map.of(),
        List.of(
            "--amqps.port=5671",
            "--tls.certificate=" + directory.resolve(certificate),
            "--tls.key=" + directory.resolve(key),
            "--tls.ca=" + directory.resolve(certificate)),
        Instant.now());
  }

  @Test
  void whatIsNotValidIsToldToWhoAsks()
      throws IOException, GeneralSecurityException, InterruptedException, SettingsException {
    certificate("server", "localhost");
    check("server.crt", "server.key");
    for (String startDate : List.of("-40d", "+5d")) {
      certificate("server", "localhost", "EC", startDate);
      List<String> told = wrong("server.crt", "server.key");
      String of = " is 'server.crt', in which the certificate of CN=localhost is valid from ";
      assertEquals(2, told.size(), told::toString);
      assertTrue(told.get(0).startsWith("--tls.certificate" + of), told.get(0));
      assertTrue(told.get(1).startsWith("--tls.ca" + of), told.get(1));
    }
  }

  private List<String> wrong(String certificate, String key) {
    String told = assertThrows(SettingsException.class, () -> check(certificate, key)).getMessage();
    return told.replace(directory + "/", "").lines().toList();
  }

  @Test
  void allThatIsWrongWithFilesIsToldBeforeAClientComes()
      throws IOException, GeneralSecurityException, InterruptedException {
    certificate("server", "localhost");
    certificate("other", "localhost");
    certificate("rsa", "localhost", "RSA");
    pem("damaged.crt", "CERTIFICATE", new byte[] {1, 2, 3});
    pem("damaged.key", "PRIVATE KEY", new byte[] {1, 2, 3});
    pem("old.key", "RSA PRIVATE KEY", new byte[] {1, 2, 3});
    pem("secret.key", "ENCRYPTED PRIVATE KEY", new byte[] {1, 2, 3});
    Files.writeString(directory.resolve("empty"), "");
    Files.createDirectory(directory.resolve("folder"));
    String other = "', which is not the key of the first certificate in 'server.crt'";
    assertEquals(List.of("--tls.key is 'other.key" + other), wrong("server.crt", "other.key"));
    assertEquals(List.of("--tls.key is 'rsa.key" + other), wrong("server.crt", "rsa.key"));
    assertEquals(
        List.of(
            "--tls.certificate is 'server.key', which holds no certificate in PEM, but PRIVATE KEY",
            "--tls.key is 'server.crt', which holds no private key in PEM, but CERTIFICATE",
            "--tls.ca is 'server.key', which holds no certificate in PEM, but PRIVATE KEY"),
        wrong("server.key", "server.crt"));
    assertEquals(
        List.of(
            "--tls.certificate is 'nothing', which cannot be read: it is not there",
            "--tls.key is 'empty', which holds no private key in PEM",
            "--tls.ca is 'nothing', which cannot be read: it is not there"),
        wrong("nothing", "empty"));
    assertEquals(
        "--tls.certificate is 'folder', which cannot be read: Is a directory",
        wrong("folder", "server.key").get(0));
    List<String> damaged = wrong("damaged.crt", "damaged.key");
    assertTrue(
        damaged
            .get(0)
            .startsWith("--tls.certificate is 'damaged.crt', whose certificate 1 is damaged: "),
        damaged::toString);
    assertTrue(
        damaged
            .get(1)
            .startsWith("--tls.key is 'damaged.key', whose key is damaged, or of none of"),
        damaged::toString);
    assertTrue(wrong("server.crt", "old.key").get(0).contains("openssl pkcs8 -topk8 -nocrypt"));
    assertTrue(wrong("server.crt", "secret.key").get(0).contains("whose key is encrypted"));
  }
}
