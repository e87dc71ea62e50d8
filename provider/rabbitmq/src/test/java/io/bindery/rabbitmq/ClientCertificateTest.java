package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.Login;
import io.bindery.amqp.server.Peer;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that proves by a certificate who it is; here it is the server's own. */
class ClientCertificateTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path directory;
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private Engine broker;
  private AmqpServer server;

  @BeforeEach
  void start() throws IOException, InterruptedException, GeneralSecurityException, AmqpException {
    KeyStore store = keys();
    Key key = store.getKey("all", PASSWORD);
    X509Certificate certificate = (X509Certificate) store.getCertificate("all");
    pem("cert.pem", "CERTIFICATE", certificate.getEncoded());
    pem("key.pem", "PRIVATE KEY", key.getEncoded());
    SslContext tls =
        SslContextBuilder.forServer((java.security.PrivateKey) key, certificate)
            .trustManager(certificate)
            .clientAuth(ClientAuth.REQUIRE)
            .build();
    broker = Engines.find("vm://client-certificate");
    server =
        AmqpServer.start(broker, ServerSettings.local(0, new Noting(broker)).secured(() -> tls));
  }

  @AfterEach
  void stop() {
    server.close();
    broker.close();
  }

  private KeyStore keys() throws IOException, InterruptedException, GeneralSecurityException {
    Path file = directory.resolve("keys.p12");
    String options =
        "-genkeypair -alias all -keyalg EC -dname CN=ann -ext san=ip:127.0.0.1 -storetype PKCS12";
    ProcessBuilder keytool =
        new ProcessBuilder((System.getProperty("java.home") + "/bin/keytool " + options).split(" "))
            .redirectErrorStream(true);
    keytool.command().addAll(List.of("-keystore", file.toString()));
    keytool.command().addAll(List.of("-storepass", new String(PASSWORD)));
    Process made = keytool.start();
    String said = new String(made.getInputStream().readAllBytes());
    assertEquals(0, made.waitFor(), said);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private void pem(String file, String type, byte[] content) throws IOException {
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN "
            + type
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(content)
            + "\n-----END "
            + type
            + "-----\n");
  }

  /** Notes who logs in by what. */
  private final class Noting implements Authenticator {
    private final Authenticator passwords;

    private Noting(Engine engine) {
      this.passwords = Authenticator.of(engine);
    }

    @Override
    public Ticket<Login> byPassword(String user, String password, Peer peer) {
      logins.add("password of " + user + " over " + peer.certificate().getSubjectX500Principal());
      return passwords.byPassword(user, password, peer);
    }

    @Override
    public boolean knowsCertificates(Peer peer) {
      return peer.certificate() != null;
    }

    @Override
    public Ticket<Login> byCertificate(Peer peer) {
      logins.add("certificate of " + peer.certificate().getSubjectX500Principal());
      return Ticket.done(new Login("guest", "guest"));
    }
  }

  private AmqpConnection connect(String login, String parameters) throws AmqpException {
    String trust = "?trust=" + directory.resolve("cert.pem");
    return Engines.find("amqps://" + login + "127.0.0.1:" + server.port() + trust + parameters)
        .connect(ConnectSpec.anonymous("test"))
        .await();
  }

  private String certificate() {
    return "&cert=" + directory.resolve("cert.pem") + "&key=" + directory.resolve("key.pem");
  }

  @Test
  void itLogsInByItsCertificate() throws AmqpException {
    try (AmqpConnection connection = connect("", certificate())) {
      assertFalse(connection.isClosed());
    }
    assertEquals(List.of("certificate of CN=ann"), logins);
  }

  @Test
  void whoNamesAUserLogsInByPasswordBesideItsCertificate() throws AmqpException {
    try (AmqpConnection connection = connect("guest:guest@", certificate())) {
      assertFalse(connection.isClosed());
    }
    assertEquals(List.of("password of guest over CN=ann"), logins);
  }

  @Test
  void withoutACertificateItIsRefused() {
    AmqpException failure = assertThrows(AmqpException.class, () -> connect("", ""));
    assertEquals(ReplyCode.CONNECTION_FORCED, failure.replyCode());
  }

  @Test
  void aFileThatIsNoKeyIsNamedAndNotShown() throws IOException {
    Path wrong = Files.writeString(directory.resolve("wrong.pem"), "a secret");
    AmqpException failure =
        assertThrows(
            AmqpException.class,
            () -> connect("", "&cert=" + directory.resolve("cert.pem") + "&key=" + wrong));
    assertEquals(ReplyCode.NOT_ALLOWED, failure.replyCode());
    assertTrue(failure.getMessage().contains("wrong.pem"), failure.getMessage());
    assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
  }
}
