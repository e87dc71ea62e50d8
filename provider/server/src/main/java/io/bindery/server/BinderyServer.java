package io.bindery.server;

import io.bindery.amqp.server.AmqpServer;
import io.bindery.amqp.server.ServerSettings;
import io.bindery.broker.Broker;
import io.bindery.broker.BrokerSettings;
import io.bindery.broker.journal.DiskDirectory;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.IoFailure;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.server.access.AccessControl;
import io.bindery.server.access.AccessFile;
import io.bindery.server.access.Grant;
import io.bindery.server.access.PasswordHash;
import io.bindery.server.access.User;
import io.bindery.server.http.Desk;
import io.bindery.server.http.Management;
import io.bindery.server.settings.Settings;
import io.bindery.server.settings.Settings.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The standalone broker: one data directory, the broker in it, and the ports through which it is
 * reached. Thread-safe.
 */
public final class BinderyServer implements AutoCloseable {
  /** The file with the operator's token, in the data directory. */
  public static final String TOKEN_FILE = "operator.token";

  private static final System.Logger LOG = System.getLogger(BinderyServer.class.getName());
  private static final int TOKEN_BYTES = 24;
  private static final String GUEST = "guest";

  private final Settings settings;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private AccessControl access;
  private Broker broker;
  private AmqpServer amqp;
  private AmqpServer amqps;
  private Management management;
  private volatile boolean ready;

  private BinderyServer(Settings settings) {
    this.settings = settings;
  }

  /**
   * Starts it: returns when clients are served.
   *
   * @throws StartException when it cannot; nothing of it is left then. The text says what to do
   */
  public static BinderyServer start(Settings settings) throws StartException {
    BinderyServer server = new BinderyServer(settings);
    boolean started = false;
    try {
      server.open();
      started = true;
      return server;
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  private void open() throws StartException {
    checkFree(settings.http(), "http.port");
    checkFree(settings.amqp(), "amqp.port");
    checkFree(settings.amqps(), "amqps.port");
    broker = openBroker();
    opened.push(broker);
    // First: clients are told its port.
    if (settings.http() != null) {
      try {
        management =
            Management.start(
                settings.http(), new Desk(broker, access), settings.loopbackUsers(), () -> ready);
        opened.push(management);
      } catch (IOException e) {
        throw taken(settings.http(), "http.port", e);
      }
    }
    Logins logins =
        new Logins(
            access,
            settings.loopbackUsers(),
            settings.limits().handshakeSeconds() * 1_000L,
            Logins.threads());
    amqp = listen(settings.amqp(), "amqp.port", logins, false);
    amqps = listen(settings.amqps(), "amqps.port", logins, true);
    ready = true;
  }

  /** Before there is a store: a start that cannot serve leaves none behind. */
  private static void checkFree(Endpoint at, String key) throws StartException {
    if (at == null) {
      return;
    }
    InetSocketAddress address =
        at.everywhere()
            ? new InetSocketAddress(at.port())
            : new InetSocketAddress(at.host(), at.port());
    try (ServerSocketChannel probe = ServerSocketChannel.open()) {
      probe.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      probe.bind(address);
    } catch (IOException | UnresolvedAddressException e) {
      throw taken(at, key, e);
    }
  }

  /** Only for whoever has the store: another broker that runs in the directory keeps its token. */
  private AccessControl access() throws StartException {
    Path data = settings.data();
    try {
      String token = token();
      AccessFile.writePrivately(
          data.resolve(TOKEN_FILE), token.getBytes(StandardCharsets.US_ASCII));
      AccessFile file = new AccessFile(data.resolve("access.json"));
      boolean first = !file.exists();
      AccessControl access = new AccessControl(file, token);
      if (first) {
        access.change(
            state ->
                state
                    .with(new User(GUEST, guestHash(), Set.of(User.ADMINISTRATOR)))
                    .with(Grant.all(GUEST, "/")));
        LOG.log(
            Level.INFO,
            "a first start: user guest with password guest may connect from this machine only");
      }
      return access;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private StartException unusable(Exception e) {
    String why = e instanceof IOException failure ? IoFailure.of(failure) : e.getMessage();
    return new StartException(
        "data = " + settings.data().toAbsolutePath() + " cannot be used: " + why, e);
  }

  /** Of the password that everybody knows: its salt need not be new, and it takes no time. */
  static PasswordHash guestHash() {
    return PasswordHash.parse(
        PasswordHash.SLOW,
        "AAM0UGJpbmRlcnkgb2YgZ3Vlc3SGQzHhDTinObUW+Q14YdNiHDFTD9+j7V/yNPEP+cfSIg==");
  }

  private static String token() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private Broker openBroker() throws StartException {
    try {
      new DiskDirectory(settings.data().toString());
    } catch (IOException e) {
      throw unusable(e);
    }
    SystemEnvironment environment = new SystemEnvironment("bindery");
    DurableStore store = store(environment);
    boolean given = false;
    try {
      access = access();
      given = true;
    } finally {
      if (!given) {
        store.close();
        environment.close();
      }
    }
    try {
      return Broker.create(
          new BrokerSettings(
              uri(),
              environment,
              store,
              store,
              settings.store().memoryBytes(),
              access,
              access,
              List.copyOf(access.state().hosts())));
    } catch (AmqpException e) {
      throw new StartException(e.getMessage(), e);
    }
  }

  private DurableStore store(SystemEnvironment environment) throws StartException {
    String directory = settings.data().resolve("store").toString();
    StoreSettings disk =
        new StoreSettings(
            StoreSettings.DEFAULT
                .journal()
                .withSegmentBytes(settings.store().segmentBytes())
                .withSync(settings.store().sync()),
            StoreSettings.DEFAULT.acknowledgeWithinMs(),
            !settings.store().acknowledgeSoon(),
            settings.store().keepNonPersistent());
    try {
      return DurableStore.open(StoreDirectories.in(directory), disk, environment);
    } catch (JournalException | IOException e) {
      environment.close();
      throw unusable(e);
    }
  }

  private URI uri() {
    Endpoint shown = settings.amqp() == null ? settings.amqps() : settings.amqp();
    return URI.create(
        (settings.amqp() == null ? "amqps" : "amqp")
            + "://"
            + (shown.everywhere() ? new Endpoint("localhost", shown.port()) : shown));
  }

  private AmqpServer listen(Endpoint at, String key, Logins logins, boolean secured)
      throws StartException {
    if (at == null) {
      return null;
    }
    Settings.Limits limits = settings.limits();
    ServerSettings listening =
        new ServerSettings(
            at.everywhere() ? "0.0.0.0" : at.host(),
            at.port(),
            logins,
            null,
            new ServerSettings.Limits(
                limits.frameBytes(),
                limits.channels(),
                limits.heartbeatSeconds(),
                limits.handshakeSeconds() * 1_000L,
                limits.messageBytes(),
                limits.connections()),
            httpPort());
    try {
      AmqpServer server =
          AmqpServer.start(
              broker, secured ? listening.secured(new Certificates(settings.tls())) : listening);
      opened.push(server);
      return server;
    } catch (GeneralSecurityException e) {
      throw new StartException(e.getMessage(), e);
    } catch (IOException e) {
      throw new StartException("tls.certificate, tls.key: " + IoFailure.of(e), e);
    } catch (AmqpException e) {
      throw taken(at, key, e);
    }
  }

  private static StartException taken(Endpoint at, String key, Exception e) {
    // The engine's error names the address, too.
    Throwable why = e.getCause() == null ? e : e.getCause();
    boolean unknown =
        why instanceof UnresolvedAddressException || why instanceof UnknownHostException;
    return new StartException(
        "cannot listen on "
            + at
            + ": "
            + (unknown
                ? "no address is known for '"
                    + at.host()
                    + "'; set "
                    + (key.startsWith("http") ? "http.host" : "amqp.host")
                : why.getMessage() + "; stop what listens there, or set " + key),
        e);
  }

  /** The port of AMQP, 0 for none. */
  public int amqpPort() {
    return amqp == null ? 0 : amqp.port();
  }

  /** The port of AMQP over TLS, 0 for none. */
  public int amqpsPort() {
    return amqps == null ? 0 : amqps.port();
  }

  /** The port of management, 0 for none. */
  public int httpPort() {
    return management == null ? 0 : management.port();
  }

  /** The broker. */
  public Broker broker() {
    return broker;
  }

  /**
   * Stops it: no client is served any more, what was confirmed is on disk, and the directory is
   * free when this returns. Twice does nothing.
   */
  @Override
  public synchronized void close() {
    boolean served = ready;
    ready = false;
    long beganNs = System.nanoTime();
    List<AmqpServer> servers = Stream.of(amqp, amqps).filter(Objects::nonNull).toList();
    if (served) {
      int connections = servers.stream().mapToInt(AmqpServer::connections).sum();
      LOG.log(Level.INFO, "stopping: {0} connections are told", connections);
    }
    // All before any is waited for.
    servers.forEach(AmqpServer::stop);
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) { // boundary: the rest must be closed all the same
        LOG.log(Level.WARNING, "something did not close", e);
      }
    }
    if (served) {
      LOG.log(Level.INFO, "stopped after {0} ms", (System.nanoTime() - beganNs) / 1_000_000);
    }
  }
}
