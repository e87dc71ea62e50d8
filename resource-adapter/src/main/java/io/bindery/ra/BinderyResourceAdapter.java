package io.bindery.ra;

import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Engine;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.io.Serializable;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import javax.transaction.xa.XAResource;

/**
 * The resource adapter (Jakarta Connectors 2.1, ResourceAdapter): its configuration, its start and
 * its end.
 *
 * <p>{@link #start} takes a lease on the broker and never waits; {@link #stop} takes no more
 * messages, waits at most {@value #STOP_MS} ms for those that beans have, closes and gives the
 * lease back. The server calls each method; all are thread-safe.
 */
public class BinderyResourceAdapter implements ResourceAdapter, Serializable {
  /** How long an end waits for beans that run, ms. */
  static final long STOP_MS = 10_000;

  private static final long serialVersionUID = 1L;
  private static final System.Logger LOG = System.getLogger(BinderyResourceAdapter.class.getName());
  private static final Set<String> LEVELS = Set.of("auto", "xa", "local");
  private static final long ASK_MS = 2_000;

  private String uri = "vm://bindery";
  private String user = "";
  private String password = "";
  private String transactions = "auto";
  private transient volatile StartedAdapter started;

  /** With the default configuration. */
  public BinderyResourceAdapter() {}

  /** The broker's URI. */
  public String getUri() {
    return uri;
  }

  /** Sets the broker's URI; default {@code vm://bindery}. */
  public void setUri(String value) {
    uri = BrokerAccess.uri(value);
  }

  /** The user. */
  public String getUser() {
    return user;
  }

  /** Sets the user; default none. */
  public void setUser(String value) {
    user = text(value);
  }

  /** The password. */
  public String getPassword() {
    return password;
  }

  /** Sets the password: never printed. */
  public void setPassword(String value) {
    password = text(value);
  }

  /** The level of transactions. */
  public String getTransactions() {
    return transactions;
  }

  /** Sets {@code auto} (default: XA when the broker has it), {@code xa} or {@code local}. */
  public void setTransactions(String value) {
    transactions = text(value).toLowerCase(Locale.ROOT);
  }

  private static String text(String value) {
    return Objects.requireNonNullElse(value, "").strip();
  }

  @Override
  public void start(BootstrapContext server) throws ResourceAdapterInternalException {
    String problem = ActivationCheck.uriProblem(uri);
    if (!problem.isEmpty()) {
      throw new ResourceAdapterInternalException(
          "The resource adapter's property 'uri' " + problem);
    }
    if (!LEVELS.contains(transactions)) {
      throw new ResourceAdapterInternalException(
          "The resource adapter's property 'transactions' is '"
              + transactions
              + "', allowed are auto, xa, local");
    }
    StartedAdapter starting =
        new StartedAdapter(server.getWorkManager(), new TimerThread("bindery-adapter"));
    try {
      starting.take(uri);
    } catch (AmqpException e) {
      starting.stop(0);
      throw new ResourceAdapterInternalException(e.getMessage(), e);
    }
    started = starting;
    LOG.log(Level.INFO, "The Bindery resource adapter has started");
  }

  @Override
  public void stop() {
    StartedAdapter stopping = started;
    started = null;
    if (stopping != null) {
      stopping.stop(STOP_MS);
      LOG.log(Level.INFO, "The Bindery resource adapter has stopped");
    }
  }

  @Override
  public void endpointActivation(MessageEndpointFactory endpoints, ActivationSpec spec)
      throws ResourceException {
    if (!(spec instanceof BinderyActivationSpec known)) {
      throw new jakarta.resource.NotSupportedException(
          "An activation of this resource adapter is a " + BinderyActivationSpec.class.getName());
    }
    ActivationCheck.check(known);
    running().activate(endpoints, known, resolve(known, transacted(endpoints)));
  }

  private boolean transacted(MessageEndpointFactory endpoints) throws ResourceException {
    try {
      boolean transacted = endpoints.isDeliveryTransacted(TransactedDelivery.onMessage());
      if (transacted && "local".equals(transactions)) {
        throw ResourceExceptions.noXa();
      }
      return transacted;
    } catch (NoSuchMethodException e) {
      throw new ResourceException("The endpoint has no method onMessage(jakarta.jms.Message)", e);
    }
  }

  private ActivationSettings resolve(BinderyActivationSpec spec, boolean transacted)
      throws ResourceException {
    BrokerAccess access = ActivationLookup.access(spec, access());
    return ActivationSettings.of(spec, access, ActivationLookup.source(spec), transacted);
  }

  @Override
  public void endpointDeactivation(MessageEndpointFactory endpoints, ActivationSpec spec) {
    StartedAdapter current = started;
    if (current != null) {
      current.deactivate(endpoints, spec, STOP_MS);
    }
  }

  /**
   * The resources for recovery (Jakarta Connectors, transaction recovery): one for each distinct
   * broker and user, from the configuration of the specifications alone; none for none.
   */
  @Override
  public XAResource[] getXAResources(ActivationSpec[] specs) throws ResourceException {
    if (specs == null || specs.length == 0) {
      return new XAResource[0];
    }
    return running().recovery().resources(specs, access());
  }

  /** The broker that is used where nothing else is said. */
  BrokerAccess access() {
    return new BrokerAccess(uri, user, password);
  }

  /**
   * Holds the broker of a URI open until this adapter stops. Just after the start, waits while
   * another has its directory.
   */
  void hold(String wanted) throws AmqpException {
    leases().patiently(wanted);
  }

  private BrokerLeases leases() throws AmqpException {
    StartedAdapter current = started;
    if (current == null) {
      throw new AmqpException(ReplyCode.CHANNEL_ERROR, "The resource adapter is not started");
    }
    return current.leases();
  }

  /** A resource that decides its branches also when its connection is lost, while started. */
  XAResource lasting(XAResource session, BrokerAccess access) {
    StartedAdapter current = started;
    return current == null ? session : current.recovery().lasting(session, access);
  }

  /**
   * The level of transactions towards a broker: what is configured, or what the broker says within
   * two seconds, else XA.
   */
  TransactionSupportLevel transactionSupport(BrokerAccess access) {
    return switch (transactions) {
      case "local" -> TransactionSupportLevel.LocalTransaction;
      case "xa" -> TransactionSupportLevel.XATransaction;
      default -> asked(access);
    };
  }

  private TransactionSupportLevel asked(BrokerAccess access) {
    Ticket<Boolean> answer = new Ticket<>();
    try {
      Engine engine = leases().engine(access.uri());
      engine
          .connect(access.connectSpec("transaction support"))
          .whenDone((made, failure) -> ask(made, failure, answer));
      if (answer.awaitDone(ASK_MS) && !answer.await()) {
        return TransactionSupportLevel.LocalTransaction;
      }
    } catch (AmqpException e) {
      LOG.log(Level.DEBUG, "The broker did not say whether it has XA", e);
    }
    return TransactionSupportLevel.XATransaction;
  }

  private static void ask(
      AmqpConnection connection, AmqpException failure, Ticket<Boolean> answer) {
    if (connection == null) {
      answer.fail(failure);
      return;
    }
    answer.complete(ResourceExceptions.hasXa(connection));
    connection.close();
  }

  private StartedAdapter running() throws ResourceException {
    StartedAdapter current = started;
    if (current == null) {
      throw new jakarta.resource.spi.IllegalStateException("The resource adapter is not started");
    }
    return current;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BinderyResourceAdapter same
        && same.access().equals(access())
        && same.transactions.equals(transactions);
  }

  @Override
  public int hashCode() {
    return Objects.hash(uri, user, transactions);
  }

  @Override
  public String toString() {
    return "BinderyResourceAdapter[user="
        + user
        + ", password=****, transactions="
        + transactions
        + "]";
  }
}
