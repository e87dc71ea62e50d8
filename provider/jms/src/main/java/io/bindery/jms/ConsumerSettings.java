package io.bindery.jms;

/**
 * What a consumer was created with.
 *
 * @param destination where it consumes
 * @param selector empty for none
 * @param noLocal as it was asked for
 * @param prefetch how many messages it takes at a time, 0 for one on demand
 */
record ConsumerSettings(
    BinderyDestination destination, String selector, boolean noLocal, int prefetch) {}
