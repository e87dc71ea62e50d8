/** Management over HTTP, under the paths and field names of RabbitMQ's management API. */
package io.bindery.server.http;
