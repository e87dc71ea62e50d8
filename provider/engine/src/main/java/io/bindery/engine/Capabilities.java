package io.bindery.engine;

import java.util.Set;

/**
 * What an engine can do with a type of queue. What it cannot it refuses with NOT_IMPLEMENTED, never
 * does it weaker.
 *
 * @param features what it can do
 * @param delayPrecisionMs how far from its due time a delayed message may come
 * @param maxHeaderBytes how large a headers table may be
 */
public record Capabilities(Set<Feature> features, long delayPrecisionMs, int maxHeaderBytes) {
  /** Copies the set. */
  public Capabilities {
    features = Set.copyOf(features);
  }

  /** Whether it can do that. */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** What engines may differ in. */
  public enum Feature {
    /** Selectors on consumers. */
    CONSUMER_SELECTOR,
    /** Selectors on bindings. */
    BINDING_SELECTOR,
    /** Leaving out what the own connection published. */
    NO_LOCAL,
    /** Looking without taking. */
    BROWSE,
    /** Giving back without count or flag. */
    RELEASE_WITHOUT_COUNT,
    /** Exact delivery and failure counts. */
    EXACT_COUNT,
    /** What is given back returns to its old place. */
    PLACE_ON_REQUEUE,
    /** Exclusive consumers. */
    EXCLUSIVE_CONSUMER,
    /** Ten priorities on every queue. */
    PRIORITIES,
    /** Delayed messages. */
    DELAY,
    /** Transactions that are atomic across queues. */
    ATOMIC_TRANSACTIONS,
    /** XA with recovery of prepared branches while the engine lives. */
    XA,
    /** Dead letters are never lost on the way. */
    DEAD_LETTER_GUARANTEE
  }
}
