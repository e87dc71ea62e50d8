/**
 * The broker's outside: clock, timers, threads and random, injected so that a test can run the
 * broker from a seed.
 */
package io.bindery.broker.runtime;
