package io.bindery.testkit;

/** What an engine promises, a clause each. The coverage report has a row for each of them. */
public enum Clause {
  /** Credentials are checked at connect. */
  AUTHENTICATION("connect takes credentials; an injected authenticator decides"),
  /** Permissions are checked. */
  PERMISSIONS("an injected permission check decides on configure, write and read"),
  /** The null objects. */
  ACCEPT_ALL("without authenticator and permission check everything is accepted"),
  /** Virtual hosts. */
  VIRTUAL_HOSTS("virtual hosts are name spaces of their own"),
  /** Direct exchanges. */
  DIRECT("direct exchanges (3.1.3.1)"),
  /** Fanout exchanges. */
  FANOUT("fanout exchanges (3.1.3.2)"),
  /** Topic exchanges. */
  TOPIC("topic exchanges, * and # (3.1.3.3)"),
  /** Headers exchanges. */
  HEADERS("headers exchanges, x-match (3.1.3.4)"),
  /** The default exchange. */
  DEFAULT_EXCHANGE("the default exchange reaches every queue by its name (2.1.2.4)"),
  /** Predeclared exchanges. */
  PREDECLARED("amq.direct, amq.fanout, amq.topic, amq.headers and amq.match are there"),
  /** Reserved names. */
  RESERVED_NAMES("names that begin with amq. are the broker's"),
  /** Exchange-to-exchange bindings. */
  EXCHANGE_BINDINGS("exchanges bound to exchanges"),
  /** Alternate exchanges. */
  ALTERNATE_EXCHANGE("what an exchange cannot route goes to its alternate exchange"),
  /** Durable queues. */
  DURABLE_QUEUES("durable and transient queues"),
  /** Exclusive queues. */
  EXCLUSIVE_QUEUES("exclusive queues belong to their connection and go with it"),
  /** Auto-delete queues. */
  AUTO_DELETE("auto-delete queues go with their last consumer, exchanges with their last binding"),
  /** Server-named queues. */
  SERVER_NAMED("queues that the engine names"),
  /** Idempotent declares. */
  IDEMPOTENT_DECLARE("declaring again what is there changes nothing"),
  /** Differing declares. */
  DIFFERING_DECLARE("a declare that differs is PRECONDITION_FAILED and names the difference"),
  /** Passive declares. */
  PASSIVE_DECLARE("passive declares"),
  /** Conditional deletes. */
  DELETE("delete, if-unused and if-empty"),
  /** Purge. */
  PURGE("purge"),
  /** Mandatory. */
  MANDATORY("publish answers whether it was routed"),
  /** Confirms. */
  CONFIRMS("a publish's ticket completes when the message is safe"),
  /** Refusals leave the channel usable. */
  CHANNEL_SURVIVES("a failed operation leaves the channel usable"),
  /** Round robin. */
  ROUND_ROBIN("idle consumers get messages in turn"),
  /** Prefetch. */
  PREFETCH("no consumer holds more than its prefetch"),
  /** Get. */
  GET("get takes one message"),
  /** Accepted. */
  ACCEPTED("ACCEPTED removes"),
  /** Released. */
  RELEASED("RELEASED gives back without flag or count"),
  /** Failed. */
  FAILED("FAILED gives back redelivered and counts"),
  /** Rejected. */
  REJECTED("REJECTED goes to the dead letters or is dropped"),
  /** Dead consumers. */
  DEAD_CONSUMER("what a dying consumer held goes to another"),
  /** The redelivered flag. */
  REDELIVERED("the redelivered flag"),
  /** Two counters. */
  COUNTERS("deliveries and failures are counted apart"),
  /** Old place. */
  OLD_PLACE("what is given back returns to its old place, all in one step"),
  /** Exclusive consumers. */
  EXCLUSIVE_CONSUMER("exclusive consumers"),
  /** Selectors. */
  SELECTORS("selectors on consumers and bindings"),
  /** No-local. */
  NO_LOCAL("no-local by connection and client identifier"),
  /** Browsing. */
  BROWSE("browsing sees what waits and what is in delivery, takes nothing"),
  /** Priorities. */
  PRIORITIES("ten priorities; x-max-priority"),
  /** Message time to live. */
  MESSAGE_TTL("time to live by message and by queue"),
  /** Dead-letter exchange. */
  DEAD_LETTERS("dead-letter exchange with x-death"),
  /** Default dead letters. */
  DEFAULT_DEAD_LETTERS("queues that JMS created have bindery.dead.<queue>"),
  /** Delivery limit. */
  DELIVERY_LIMIT("delivery limit: ten by default for JMS, x-delivery-limit"),
  /** Delay. */
  DELAY("delayed messages wait after routing and block nothing"),
  /** Length limits. */
  LENGTH_LIMITS("x-max-length, x-max-length-bytes and x-overflow"),
  /** Expiring queues. */
  QUEUE_EXPIRY("x-expires: a queue that nobody uses goes"),
  /** Single active consumers. */
  SINGLE_ACTIVE_CONSUMER("x-single-active-consumer: the others wait"),
  /** Priorities of consumers. */
  CONSUMER_PRIORITY("x-priority of consumers: lower ones only when higher ones take no more"),
  /** Types of queues. */
  QUEUE_TYPE(
      "x-queue-type and arguments without effect; unknown arguments of JMS queues are refused"),
  /** Local transactions. */
  LOCAL_TRANSACTIONS("local transactions: all visible or nothing"),
  /** XA. */
  XA("XA branches: start, end, prepare, commit, rollback, recover"),
  /** Subscriptions. */
  SUBSCRIPTIONS("subscribe compares and answers created, attached or replaced, or refuses"),
  /** Client identifiers. */
  CLIENT_ID("a client identifier is claimed once"),
  /** Back-pressure. */
  BACK_PRESSURE("publishers wait for memory and go on, or end with the error of sendTimeout"),
  /** Capabilities. */
  CAPABILITIES("capabilities are declared and true"),
  /** Observation. */
  OBSERVE("observe shows exchanges, bindings, queues, consumers and counters"),
  /** Leases and closing. */
  LIFECYCLE("leases, closing, failed connections"),
  /** Limits. */
  LIMITS("names, messages and channels have limits with an error that names them");

  private final String text;

  Clause(String text) {
    this.text = text;
  }

  /** What it says. */
  public String text() {
    return text;
  }
}
