package io.bindery.ra;

import jakarta.resource.spi.work.WorkManager;

/**
 * What a started adapter shares among its activations.
 *
 * @param leases the engines
 * @param work the server's threads
 * @param timer delays
 */
record AdapterContext(BrokerLeases leases, WorkManager work, AdapterTimer timer) {}
