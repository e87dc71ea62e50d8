/**
 * The embedded engine: virtual hosts, connections, channels, transactions, and what connects them
 * to exchanges and queues.
 */
package io.bindery.broker;
