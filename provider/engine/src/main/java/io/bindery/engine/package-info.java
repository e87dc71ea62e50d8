/**
 * The seam: what an AMQP engine can do, its value types, its exceptions and its declared
 * capabilities.
 *
 * <p>Every operation that may take time answers with a {@link io.bindery.engine.Ticket}; the engine
 * itself never waits on one. A failed operation leaves its channel usable: closing a channel on an
 * error is the wire's part.
 */
package io.bindery.engine;
