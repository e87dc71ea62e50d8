package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.Permissions.Access;
import io.bindery.broker.journal.JournalException;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.DurableStore;
import io.bindery.broker.store.StoreDirectories;
import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.PublishOutcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual hosts that come and go while the broker runs, who may enter them, and topics. */
class VirtualHostsTest {
  /** How often she is let in. */
  private final AtomicInteger evesEntries = new AtomicInteger(Integer.MAX_VALUE);

  /** Enters only {@code /}, and uses only topics that begin with her name. */
  private final Permissions eve =
      new Permissions() {
        @Override
        public boolean allows(String user, String host, Access access, String resource) {
          return !user.equals("eve") || !eveLost;
        }

        @Override
        public boolean mayEnter(String user, String host) {
          return !user.equals("eve") || host.equals("/") && evesEntries.getAndDecrement() > 0;
        }

        @Override
        public boolean allowsTopic(String user, String host, Access access, Topic topic) {
          return !user.equals("eve") || topic.key().startsWith("eve.");
        }
      };

  private volatile boolean eveLost;

  @TempDir Path directory;

  private Broker broker;

  @BeforeEach
  void start() throws AmqpException, IOException, JournalException {
    open(List.of("/"));
  }

  @AfterEach
  void end() {
    broker.close();
  }

  private void open(List<String> hosts) throws AmqpException, IOException, JournalException {
    SystemEnvironment environment = new SystemEnvironment("hosts");
    DurableStore store =
        DurableStore.open(
            StoreDirectories.in(directory.toString()), StoreSettings.DEFAULT, environment);
    broker =
        Broker.create(
            new BrokerSettings(
                URI.create("vm://hosts"),
                environment,
                store,
                store,
                8 << 20,
                Authenticator.ANYBODY,
                eve,
                hosts));
  }

  private AmqpConnection connect(String user, String host) throws AmqpException {
    return broker.connect(new ConnectSpec(user, "", host, user, 0)).await();
  }

  private static void refused(ReplyCode code, Ticket<?> ticket) {
    ticket.awaitDone(10_000);
    assertEquals(code, ticket.failure() == null ? null : ticket.failure().replyCode());
  }

  private static AmqpMessage text(String body) {
    return AmqpMessage.builder().body(new Body.Text(body)).persistent(true).build();
  }

  @Test
  void aHostComesAndGoesWithAllThatIsInIt() throws AmqpException, IOException, JournalException {
    broker.createVirtualHost("shop");
    assertEquals(List.of("/", "shop"), broker.virtualHosts());
    AmqpConnection connection = connect("ann", "shop");
    AtomicReference<AmqpException> told = new AtomicReference<>();
    connection.onFailure(told::set);
    Channel channel = connection.openChannel().await();
    channel.declareExchange(ExchangeSpec.durable("x", "fanout")).await();
    channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    channel.bind(Binding.queue("x", "q", "")).await();
    assertEquals(
        PublishOutcome.ROUTED,
        channel.publish(new Route("x", "", true), text("m"), channel.autoCommit()).await());
    broker.deleteVirtualHost("shop").await();
    assertEquals(ReplyCode.CONNECTION_FORCED, told.get().replyCode());
    assertEquals("vhost 'shop' is deleted", told.get().getMessage());
    assertTrue(connection.isClosed());
    refused(ReplyCode.INVALID_PATH, broker.connect(new ConnectSpec("ann", "", "shop", "ann", 0)));
    broker.deleteVirtualHost("shop").await();
    broker.close();
    // What was deleted is gone from the store too: it opens without the host.
    open(List.of("/"));
    broker.createVirtualHost("shop");
    Channel again = connect("ann", "shop").openChannel().await();
    refused(ReplyCode.NOT_FOUND, again.checkQueue("q"));
    refused(ReplyCode.NOT_FOUND, again.checkExchange("x"));
    again.checkExchange("amq.topic").await();
  }

  @Test
  void connectionsAreClosedByWhatIsSeenOfThem() throws AmqpException {
    AmqpConnection ann = connect("ann", "/");
    AmqpConnection bob = connect("bob", "/");
    AtomicReference<AmqpException> told = new AtomicReference<>();
    ann.onFailure(told::set);
    assertEquals(1, broker.closeConnections(view -> view.user().equals("ann"), "so it is"));
    assertEquals(ReplyCode.CONNECTION_FORCED, told.get().replyCode());
    assertEquals("so it is", told.get().getMessage());
    assertTrue(ann.isClosed());
    assertFalse(bob.isClosed());
    assertEquals(0, broker.closeConnections(view -> view.user().equals("ann"), "again"));
  }

  /** Her connections are closed, and this one is not there yet. */
  @Test
  void whoMayNoLongerEnterWhenTheConnectionIsMadeHasNone() {
    evesEntries.set(1);
    refused(ReplyCode.NOT_ALLOWED, broker.connect(new ConnectSpec("eve", "", "/", "eve", 0)));
    assertEquals(List.of(), broker.observe().connections());
  }

  @Test
  void aPublisherThatGoesOnMissesItsPermission() throws AmqpException {
    Channel channel = connect("eve", "/").openChannel().await();
    channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    Route route = Route.toQueue("q");
    channel.publish(route, text("m"), channel.autoCommit()).await();
    eveLost = true;
    broker.permissionsChanged();
    refused(ReplyCode.ACCESS_REFUSED, channel.publish(route, text("m"), channel.autoCommit()));
    eveLost = false;
    broker.permissionsChanged();
    channel.publish(route, text("m"), channel.autoCommit()).await();
  }

  @Test
  void aRehearsalRefusesWhatTheBrokerWouldAndChangesNothing() throws AmqpException {
    Map<String, Object> most = Map.of("x-max-length", 5);
    Channel real = connect("ann", "/").openChannel().await();
    real.declareQueue(QueueSpec.durable("q", most)).await();
    real.declareQueue(QueueSpec.temporary("mine")).await();
    String generated = real.declareQueue(QueueSpec.durable("", Map.of())).await().name();
    real.declareExchange(ExchangeSpec.durable("x", "topic")).await();
    try (Broker rehearsal =
        broker.rehearsal(Set.of("q", "mine", "x", "amq.topic", "none", generated))) {
      Channel channel = rehearsal.connect(ConnectSpec.anonymous("a")).await().openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", most)).await();
      refused(
          ReplyCode.PRECONDITION_FAILED, channel.declareQueue(QueueSpec.durable("q", Map.of())));
      refused(ReplyCode.RESOURCE_LOCKED, channel.declareQueue(QueueSpec.durable("mine", Map.of())));
      refused(ReplyCode.RESOURCE_LOCKED, channel.bind(Binding.queue("x", "mine", "k")));
      refused(
          ReplyCode.PRECONDITION_FAILED,
          channel.declareExchange(ExchangeSpec.durable("x", "fanout")));
      refused(ReplyCode.NOT_FOUND, channel.checkQueue("none"));
      channel.bind(Binding.queue("x", generated, "k")).await();
      channel.declareQueue(QueueSpec.durable("new", Map.of())).await();
    }
    refused(ReplyCode.NOT_FOUND, real.checkQueue("new"));
    assertEquals(List.of(), broker.observe().bindings());
    real.checkQueue("q").await();
  }

  @Test
  void hostsKeepTheirThingsApartOverARestart() throws AmqpException, IOException, JournalException {
    broker.createVirtualHost("shop");
    for (String host : broker.virtualHosts()) {
      Channel channel = connect("ann", host).openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
      channel.publish(Route.toQueue("q"), text("in " + host), channel.autoCommit()).await();
    }
    broker.close();
    open(List.of("/", "shop"));
    for (String host : broker.virtualHosts()) {
      Channel channel = connect("ann", host).openChannel().await();
      assertEquals(new Body.Text("in " + host), channel.get("q", "").await().message().body());
      assertNull(channel.get("q", "").await());
    }
  }

  @Test
  void whoMayEnter() throws AmqpException {
    broker.createVirtualHost("shop");
    refused(ReplyCode.NOT_ALLOWED, broker.connect(new ConnectSpec("eve", "", "shop", "eve", 0)));
    assertFalse(connect("eve", "/").isClosed());
  }

  @Test
  void topicsHavePermissionsOfTheirOwn() throws AmqpException {
    Channel channel = connect("eve", "/").openChannel().await();
    channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    refused(ReplyCode.ACCESS_REFUSED, channel.bind(Binding.queue("amq.topic", "q", "#")));
    channel.bind(Binding.queue("amq.topic", "q", "eve.*")).await();
    channel.bind(Binding.queue("amq.direct", "q", "any")).await();
    Route own = new Route("amq.topic", "eve.a", true);
    Route foreign = new Route("amq.topic", "ann.a", true);
    channel.publish(own, text("m"), channel.autoCommit()).await();
    refused(ReplyCode.ACCESS_REFUSED, channel.publish(foreign, text("m"), channel.autoCommit()));
    channel.publish(new Route("amq.direct", "any", true), text("m"), channel.autoCommit()).await();
  }

  @Test
  void connectionsAreSeen() throws AmqpException {
    AmqpConnection connection = connect("ann", "/");
    connection.claimClientId("desk").await();
    connection.openChannel().await();
    assertEquals(
        List.of("/ ann ann desk 1"),
        broker.observe().connections().stream()
            .map(
                view ->
                    String.join(
                        " ",
                        view.virtualHost(),
                        view.name(),
                        view.user(),
                        view.clientId(),
                        Integer.toString(view.channels())))
            .toList());
  }
}
