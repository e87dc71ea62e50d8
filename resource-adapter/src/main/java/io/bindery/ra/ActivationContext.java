package io.bindery.ra;

import io.bindery.engine.AmqpException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;

/**
 * What the sessions of one activation share.
 *
 * @param adapter the started adapter
 * @param settings how it runs
 * @param endpoints makes the endpoints that consume
 * @param watch tells an outage from poison
 * @param events what its sessions report
 */
record ActivationContext(
    AdapterContext adapter,
    ActivationSettings settings,
    MessageEndpointFactory endpoints,
    FailureWatch watch,
    Events events) {
  /** What sessions report to their activation. Called on any thread; must not block. */
  interface Events {
    /** Too many different messages failed in a row. */
    void paused();

    /** The first success after a pause. */
    void resumed();

    /** The queue, the channel or the connection is gone. */
    void lost(AmqpException cause);
  }
}
