/**
 * AMQP 0-9-1 as bytes: frames, methods, field tables, content headers. No I/O, no threads, no
 * knowledge of connections.
 */
package io.bindery.amqp.codec;
