/**
 * Exchanges and their bindings: which queues a message reaches. A pure query that takes no lock.
 */
package io.bindery.broker.routing;
