/**
 * The wire server: connections and channels of AMQP 0-9-1 as state machines that turn methods into
 * calls of an engine, and Netty around them.
 */
package io.bindery.amqp.server;
