package io.bindery.ra;

import jakarta.resource.spi.work.WorkManager;

/**
 * What a started adapter shares among its activations.
 *
 * @param leases the engines
 * @param recovery what decides branches without the connection that worked for them
 * @param work the server's threads
 * @param timer delays
 */
record AdapterContext(
    BrokerLeases leases, RecoveryConnections recovery, WorkManager work, AdapterTimer timer) {}
