package io.bindery.broker;

import io.bindery.broker.queue.DeadLetters;
import io.bindery.broker.queue.MessageQueue;
import io.bindery.broker.queue.QueueEnvironment;
import io.bindery.broker.queue.StoredMessages;
import io.bindery.broker.routing.Exchange;
import io.bindery.broker.runtime.Environment;
import io.bindery.broker.runtime.SystemEnvironment;
import io.bindery.broker.store.DeclarationCodec;
import io.bindery.broker.store.KeptState;
import io.bindery.broker.store.MessageCodec;
import io.bindery.broker.store.StoreException;
import io.bindery.broker.store.UnstorableException;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Observation;
import io.bindery.engine.Observation.ConnectionView;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The embedded engine: virtual hosts, and the connections to them. Thread-safe. */
public final class Broker implements Engine {
  private static final System.Logger LOG = System.getLogger(Broker.class.getName());
  private static final long LONGEST_END_MS = 30_000;

  private final BrokerSettings settings;
  private final Environment environment;
  private final String identity;
  private final String instance;
  private KeptState found;
  private final MemoryBudget memory;
  private final LocalTransaction.Context transactions;
  private final XaRegistry branches;
  private final StoredMessages messages;
  private final Map<String, VirtualHost> hosts = new ConcurrentSkipListMap<>();
  private final Map<String, Subscriptions> subscriptions = new ConcurrentHashMap<>();
  private final Set<BrokerConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong connectionNumber = new AtomicLong();
  private final List<Runnable> closers = new ArrayList<>();
  private final Ticket<Void> ended = new Ticket<>();

  /** Held by the thread that ends it, meanwhile. */
  private final ReentrantLock ending = new ReentrantLock();

  private int leases;
  private volatile boolean closed;

  private Broker(BrokerSettings settings) {
    this.settings = settings;
    this.environment = settings.environment();
    this.found = settings.ledger().found();
    this.instance =
        Long.toString(environment.random() >>> 1, 36)
            + Long.toString(environment.random() >>> 1, 36);
    this.identity = settings.ledger().keeps() ? found.identity() : instance;
    this.memory =
        new MemoryBudget(
            settings.memoryBytes(), environment, this::reclaimMemory, settings.ledger());
    this.transactions = new LocalTransaction.Context(environment, settings.ledger(), memory);
    this.branches = new XaRegistry(transactions);
    this.messages = new StoredMessages(settings.store(), memory);
  }

  /**
   * A broker that runs. It takes no name in this virtual machine: only {@link VmEngineProvider}
   * does.
   */
  public static Broker create(BrokerSettings settings) throws AmqpException {
    Broker broker = new Broker(settings);
    settings.virtualHosts().forEach(broker::createVirtualHost);
    if (settings.ledger().keeps()) {
      broker.startStore();
    }
    LOG.log(Level.DEBUG, "broker {0} is open", settings.uri());
    return broker;
  }

  /**
   * Adds a virtual host; one that is there stays as it is. Its name is not kept: whoever opens the
   * broker next names it again.
   *
   * @param name its name
   */
  public synchronized void createVirtualHost(String name) {
    if (!hosts.containsKey(name)) {
      DeadLetters nowhere = (entry, reason) -> {};
      VirtualHost host =
          new VirtualHost(
              name,
              new QueueEnvironment(
                  environment, settings.store(), settings.ledger(), memory, nowhere),
              memory);
      subscriptions.put(name, new Subscriptions(host));
      hosts.put(name, host);
    }
  }

  /**
   * Deletes a virtual host with all that is in it, and closes the connections to it
   * (CONNECTION_FORCED). One that is not there is deleted already.
   *
   * @param name its name
   * @return done when it is on disk that all is gone
   */
  public Ticket<Void> deleteVirtualHost(String name) {
    VirtualHost host = hosts.remove(name);
    if (host == null) {
      return Ticket.done();
    }
    closeConnections(view -> view.virtualHost().equals(name), "vhost '" + name + "' is deleted");
    host.deleteAll();
    subscriptions.remove(name);
    return settings.ledger().declared();
  }

  /**
   * Permissions have changed: what was found allowed before is looked at again. Told once they
   * have, for connections that are open.
   */
  public void permissionsChanged() {
    connections.forEach(BrokerConnection::forgetPermissions);
  }

  /**
   * Closes connections with CONNECTION_FORCED.
   *
   * @param which of them
   * @param why what they are told
   * @return how many there were
   */
  public int closeConnections(Predicate<ConnectionView> which, String why) {
    AmqpException cause = new AmqpException(ReplyCode.CONNECTION_FORCED, why);
    List<BrokerConnection> found =
        connections.stream().filter(each -> which.test(Observer.view(each))).toList();
    found.forEach(connection -> connection.fail(cause));
    return found.size();
  }

  /**
   * A broker in memory with the same virtual hosts and, of their exchanges and queues, those of
   * some names, empty: what it refuses this one would refuse, so that much can be tried as a whole
   * before any of it is done. It lets everybody do everything; whoever asked for it closes it.
   *
   * @param names of what is going to be declared or bound
   */
  public Broker rehearsal(Set<String> names) throws AmqpException {
    Broker rehearsal =
        new Broker(
            BrokerSettings.inMemory(
                settings.uri(), new SystemEnvironment("rehearsal"), settings.memoryBytes()));
    for (VirtualHost host : hosts.values()) {
      rehearsal.createVirtualHost(host.name());
      rehearsal.copy(host, names);
    }
    return rehearsal;
  }

  /**
   * Makes a queue whose name only a broker gives ({@code amq.gen-…}), as one of definitions that
   * were exported; any other, and one that is there, is left to a declare, which answers when it is
   * kept.
   */
  public void adoptQueue(String virtualHost, QueueSpec spec) throws AmqpException {
    VirtualHost host = hosts.get(virtualHost);
    if (host != null && Limits.isReserved(spec.name())) {
      Limits.checkName("Queue", spec.name());
      checkStorable(spec.arguments());
      host.adopt(spec);
    }
  }

  private void copy(VirtualHost from, Set<String> names) throws AmqpException {
    VirtualHost to = hosts.get(from.name());
    for (Exchange exchange : from.exchanges()) {
      if (names.contains(exchange.spec().name())) {
        to.restore(exchange.spec());
      }
    }
    // Whose an exclusive one is, it is not that of whoever declares next.
    BrokerConnection owner =
        new BrokerConnection(this, to, ConnectSpec.anonymous("rehearsal"), "rehearsal");
    for (String name : names) {
      MessageQueue queue = from.queueOrNull(name);
      if (queue != null) {
        to.make(queue.definition().spec(), owner);
      }
    }
  }

  /** The names of the virtual hosts, sorted. */
  public List<String> virtualHosts() {
    return List.copyOf(hosts.keySet());
  }

  /** Takes over what the broker before has left, and lets the store keep what follows. */
  private void startStore() throws AmqpException {
    boolean started = false;
    try {
      new Restore(found, hosts, subscriptions, branches).run();
      found = null;
      settings
          .ledger()
          .start(new BrokerState(identity, hosts, subscriptions, branches), this::storeFailed);
      hosts.values().stream()
          .flatMap(host -> host.queues().stream())
          .forEach(home -> home.queue().persistence().start());
      started = true;
    } catch (StoreException e) {
      throw new AmqpException(
          ReplyCode.INTERNAL_ERROR,
          "What the broker's directory (dir) holds is damaged: " + e.getMessage());
    } finally {
      if (!started) {
        settings.ledger().close();
        environment.close();
      }
    }
  }

  private void storeFailed(AmqpException why) {
    // Not on this thread: it is the store's, which is waited for.
    environment.schedule(() -> end(false, why), 0);
  }

  private void reclaimMemory() {
    hosts.values().forEach(VirtualHost::sweep);
    // What would go to the disk stays here when that is full: the space left is for others.
    if (settings.store().evicts() && !settings.ledger().isFull()) {
      hosts.values().forEach(VirtualHost::pageOut);
    }
    connections.forEach(BrokerConnection::recallCredit);
  }

  /**
   * Why publishers have been held back for a second or more, in words for an operator; empty when
   * they are not.
   */
  public String publishersHeld() {
    return memory.held();
  }

  @Override
  public URI uri() {
    return settings.uri();
  }

  @Override
  public String identity() {
    return identity;
  }

  Environment environment() {
    return environment;
  }

  MemoryBudget memory() {
    return memory;
  }

  XaRegistry branches() {
    return branches;
  }

  /** What every transaction needs. */
  LocalTransaction.Context transactions() {
    return transactions;
  }

  /**
   * Fails with SYNTAX_ERROR when a message holds what the store has no form for. A message that
   * need not outlive the broker may go there, too, when memory is short.
   */
  void checkStorable(AmqpMessage message) throws AmqpException {
    if (settings.store().evicts()) {
      checkStorable(() -> MessageCodec.check(message));
    }
  }

  /** The same for the arguments of a declaration. */
  void checkStorable(Map<String, Object> arguments) throws AmqpException {
    if (settings.ledger().keeps()) {
      checkStorable(() -> DeclarationCodec.check(arguments));
    }
  }

  private static void checkStorable(Runnable check) throws AmqpException {
    try {
      check.run();
    } catch (UnstorableException e) {
      throw new AmqpException(
          ReplyCode.SYNTAX_ERROR, e.getMessage() + "; use a type of AMQP field tables");
    }
  }

  /** Reads back what is in the store. */
  StoredMessages messages() {
    return messages;
  }

  Permissions permissions() {
    return settings.permissions();
  }

  Subscriptions subscriptions(VirtualHost host) {
    return subscriptions.get(host.name());
  }

  /** Called once when the broker has closed. */
  void onClosed(Runnable closer) {
    synchronized (closers) {
      closers.add(closer);
    }
  }

  @Override
  public Ticket<AmqpConnection> connect(ConnectSpec spec) {
    if (closed) {
      return Ticket.failed(closedException());
    }
    if (!settings.authenticator().accepts(spec.user(), spec.password())) {
      return Ticket.failed(
          new AmqpException(
              ReplyCode.ACCESS_REFUSED,
              "User '" + spec.user() + "' is unknown, or the password is wrong"));
    }
    VirtualHost host = hosts.get(spec.virtualHost());
    if (host == null) {
      return Ticket.failed(
          new AmqpException(
              ReplyCode.INVALID_PATH,
              "There is no virtual host '"
                  + spec.virtualHost()
                  + "'; there are "
                  + hosts.keySet()));
    }
    if (!settings.permissions().mayEnter(spec.user(), host.name())) {
      return Ticket.failed(mayNotEnter(spec));
    }
    BrokerConnection connection =
        new BrokerConnection(this, host, spec, instance + "-" + connectionNumber.incrementAndGet());
    connections.add(connection);
    if (closed || hosts.get(host.name()) != host) {
      connection.fail(closedException());
      return Ticket.failed(closedException());
    }
    if (!settings.permissions().mayEnter(spec.user(), host.name())) {
      // Whoever took that away has closed the connections that it saw, and this may be none.
      connection.close();
      return Ticket.failed(mayNotEnter(spec));
    }
    return Ticket.done(connection);
  }

  private static AmqpException mayNotEnter(ConnectSpec spec) {
    return new AmqpException(
        ReplyCode.NOT_ALLOWED,
        "access to vhost '" + spec.virtualHost() + "' refused for user '" + spec.user() + "'");
  }

  private AmqpException closedException() {
    return new AmqpException(
        ReplyCode.CONNECTION_FORCED, "The broker " + settings.uri() + " is closed");
  }

  /** A connection has ended. */
  void left(BrokerConnection connection) {
    connections.remove(connection);
  }

  /** Takes a client identifier, unless a connection to the virtual host has it. */
  synchronized boolean claim(BrokerConnection claimer, String clientId) {
    boolean taken =
        connections.stream()
            .anyMatch(
                other ->
                    other != claimer
                        && other.virtualHost().equals(claimer.virtualHost())
                        && clientId.equals(other.clientId()));
    if (!taken) {
      claimer.clientId(clientId);
    }
    return !taken;
  }

  @Override
  public Observation observe() {
    return Observer.observe(hosts.values(), connections);
  }

  @Override
  public Lease lease() {
    synchronized (closers) {
      leases++;
    }
    return new Lease() {
      private boolean given;

      @Override
      public synchronized void close() {
        if (!given) {
          given = true;
          leaseEnded();
        }
      }
    };
  }

  private void leaseEnded() {
    synchronized (closers) {
      leases--;
    }
    end(true, closedException());
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    end(false, closedException());
    awaitEnd();
  }

  /**
   * Waits until it has given its directory back, half a minute at most: it may be ending by itself,
   * or closed by another thread. Who closes it from its own end does not wait.
   */
  void awaitEnd() {
    if (!ending.isHeldByCurrentThread() && !ended.awaitDone(LONGEST_END_MS)) {
      LOG.log(Level.WARNING, "broker {0} is still closing", settings.uri());
    }
  }

  /** What need not be kept is, too, when it is wanted and the end is orderly. */
  private void park() {
    for (VirtualHost host : hosts.values()) {
      host.queues().stream()
          .map(VirtualHost.QueueHome::queue)
          .filter(queue -> queue.id() != 0 && !queue.isDeleted())
          .filter(queue -> !queue.persistence().park(settings.ledger()))
          .forEach(
              queue ->
                  LOG.log(
                      Level.WARNING,
                      "the non-persistent messages of queue {0} are dropped: the disk is full, or the"
                          + " store has failed",
                      queue.name()));
    }
  }

  private void end(boolean unlessLeased, AmqpException why) {
    List<Runnable> toRun;
    synchronized (closers) {
      if (closed || (unlessLeased && leases > 0)) {
        return;
      }
      closed = true;
      toRun = List.copyOf(closers);
      closers.clear();
    }
    ending.lock();
    try {
      connections.forEach(connection -> connection.fail(why));
      if (settings.ledger().keepsNonPersistent()) {
        park();
      }
      settings.ledger().close();
      environment.close();
    } finally {
      ended.complete(null);
      ending.unlock();
    }
    toRun.forEach(Runnable::run);
    LOG.log(Level.DEBUG, "broker {0} is closed", settings.uri());
  }
}
