/**
 * The engine for {@code amqp://} and {@code amqps://}: the seam's verbs over RabbitMQ's Java
 * client, and over the control messages of a Bindery server where AMQP 0-9-1 has no method.
 */
package io.bindery.rabbitmq;
