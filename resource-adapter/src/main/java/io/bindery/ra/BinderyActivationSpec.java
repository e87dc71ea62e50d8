package io.bindery.ra;

import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import java.io.Serializable;
import java.util.Objects;

/**
 * What a message-driven bean is fed from: the activation properties of Jakarta Messaging 13.1 and a
 * few of our own.
 *
 * <p>A bean in the sense of JavaBeans: the server sets the properties and calls {@link
 * #validate()}; one thread at a time. What is not set has the default that its setter names.
 */
public class BinderyActivationSpec implements ActivationSpec, Serializable {
  private static final long serialVersionUID = 1L;

  private transient ResourceAdapter resourceAdapter;
  private String destinationType = "";
  private String destination = "";
  private String destinationLookup = "";
  private String connectionFactoryLookup = "";
  private String messageSelector = "";
  private String acknowledgeMode = "Auto-acknowledge";
  private String subscriptionDurability = "NonDurable";
  private String subscriptionName = "";
  private String clientId = "";
  private Boolean sharedSubscription;
  private Integer maxSessions = 8;
  private Integer prefetch = 0;
  private Long redeliveryDelayMs = 100L;
  private Integer pauseAfterFailures = 5;
  private Long probeIntervalMs = 30_000L;
  private String objectMessageAllow = "";
  private String uri = "";
  private String user = "";
  private String password = "";

  /** All properties at their defaults. */
  public BinderyActivationSpec() {}

  /**
   * Checks all properties (Jakarta Connectors, JavaBean validation of an ActivationSpec).
   *
   * @throws InvalidPropertyException that names every wrong property, why, and what is allowed
   */
  @Override
  public void validate() throws InvalidPropertyException {
    ActivationCheck.check(this);
  }

  @Override
  public ResourceAdapter getResourceAdapter() {
    return resourceAdapter;
  }

  @Override
  public void setResourceAdapter(ResourceAdapter value) {
    resourceAdapter = value;
  }

  /**
   * {@code jakarta.jms.Queue}, {@code jakarta.jms.Topic}, or empty when the destination tells it.
   */
  public String getDestinationType() {
    return destinationType;
  }

  /**
   * Sets {@code jakarta.jms.Queue} or {@code jakarta.jms.Topic}; default: what the destination
   * tells, else a queue.
   */
  public void setDestinationType(String value) {
    destinationType = text(value);
  }

  /** The destination's name, address or JNDI name. */
  public String getDestination() {
    return destination;
  }

  /**
   * Sets the destination: a name, an address ({@code queue:NAME}, {@code topic:NAME}, {@code
   * exchange:NAME/KEY}) or the JNDI name of one.
   */
  public void setDestination(String value) {
    destination = text(value);
  }

  /** The JNDI name of the destination. */
  public String getDestinationLookup() {
    return destinationLookup;
  }

  /** Sets the JNDI name of the destination; it goes before {@code destination}. */
  public void setDestinationLookup(String value) {
    destinationLookup = text(value);
  }

  /** The JNDI name of the connection factory whose broker and user are taken. */
  public String getConnectionFactoryLookup() {
    return connectionFactoryLookup;
  }

  /**
   * Sets the JNDI name of a connection factory of this adapter; its broker, user and client
   * identifier are taken.
   */
  public void setConnectionFactoryLookup(String value) {
    connectionFactoryLookup = text(value);
  }

  /** The message selector. */
  public String getMessageSelector() {
    return messageSelector;
  }

  /** Sets the message selector; default none. */
  public void setMessageSelector(String value) {
    messageSelector = text(value);
  }

  /** The acknowledge mode. */
  public String getAcknowledgeMode() {
    return acknowledgeMode;
  }

  /**
   * Sets {@code Auto-acknowledge} (default) or {@code Dups-ok-acknowledge}; transacted deliveries
   * ignore it.
   */
  public void setAcknowledgeMode(String value) {
    acknowledgeMode = text(value);
  }

  /** The durability of the subscription. */
  public String getSubscriptionDurability() {
    return subscriptionDurability;
  }

  /** Sets {@code Durable} or {@code NonDurable} (default); only topics use it. */
  public void setSubscriptionDurability(String value) {
    subscriptionDurability = text(value);
  }

  /** The name of the subscription. */
  public String getSubscriptionName() {
    return subscriptionName;
  }

  /** Sets the name of a durable or shared subscription. */
  public void setSubscriptionName(String value) {
    subscriptionName = text(value);
  }

  /** The client identifier. */
  public String getClientId() {
    return clientId;
  }

  /** Sets the client identifier of the subscription; claimed for topics only. */
  public void setClientId(String value) {
    clientId = text(value);
  }

  /** Whether the subscription is shared; null for the default. */
  public Boolean getSharedSubscription() {
    return sharedSubscription;
  }

  /**
   * Sets whether the subscription is shared; default: shared when it is durable and has no client
   * identifier.
   */
  public void setSharedSubscription(Boolean value) {
    sharedSubscription = value;
  }

  /** How many sessions feed the endpoint. */
  public Integer getMaxSessions() {
    return maxSessions;
  }

  /**
   * Sets how many messages are processed at the same time, 1 to 1000; default 8, which fits every
   * server's bean pool.
   */
  public void setMaxSessions(Integer value) {
    maxSessions = value;
  }

  /** How many messages a session takes at a time. */
  public Integer getPrefetch() {
    return prefetch;
  }

  /**
   * Sets how many messages a session takes at a time, 1 to 1000; default 0: 1 in transactions,
   * otherwise 32.
   */
  public void setPrefetch(Integer value) {
    prefetch = value;
  }

  /** How long a session waits with what failed, ms. */
  public Long getRedeliveryDelayMs() {
    return redeliveryDelayMs;
  }

  /**
   * Sets how long a session holds a message that failed before it gives it back, ms, 0 to one hour;
   * default 100.
   */
  public void setRedeliveryDelayMs(Long value) {
    redeliveryDelayMs = value;
  }

  /** After how many different failed messages in a row the activation pauses. */
  public Integer getPauseAfterFailures() {
    return pauseAfterFailures;
  }

  /**
   * Sets after how many different messages failed, with no success between, the activation pauses;
   * 0 never; default 5.
   */
  public void setPauseAfterFailures(Integer value) {
    pauseAfterFailures = value;
  }

  /** How often a paused activation tries one message, ms. */
  public Long getProbeIntervalMs() {
    return probeIntervalMs;
  }

  /** Sets how often a paused activation tries one message, ms, 1 to one day; default 30,000. */
  public void setProbeIntervalMs(Long value) {
    probeIntervalMs = value;
  }

  /** Which classes an ObjectMessage may hold. */
  public String getObjectMessageAllow() {
    return objectMessageAllow;
  }

  /** Sets which classes a received ObjectMessage may hold, separated by commas; default none. */
  public void setObjectMessageAllow(String value) {
    objectMessageAllow = text(value);
  }

  /** The broker's URI. */
  public String getUri() {
    return uri;
  }

  /** Sets the broker's URI; default the resource adapter's. */
  public void setUri(String value) {
    uri = BrokerAccess.uri(value);
  }

  /** The user. */
  public String getUser() {
    return user;
  }

  /** Sets the user; default the resource adapter's, for the resource adapter's broker only. */
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

  private static String text(String value) {
    return Objects.requireNonNullElse(value, "").strip();
  }

  @Override
  public String toString() {
    String where = destinationLookup.isEmpty() ? destination : destinationLookup;
    String subscription = subscriptionName.isEmpty() ? "" : ", subscription=" + subscriptionName;
    return "BinderyActivationSpec[destination="
        + where
        + subscription
        + ", maxSessions="
        + maxSessions
        + "]";
  }
}
