/**
 * The Jakarta Connectors 2.1 resource adapter: activations that feed message endpoints from the
 * engine, managed connections for what beans send and receive themselves, XA and recovery.
 */
package io.bindery.ra;
