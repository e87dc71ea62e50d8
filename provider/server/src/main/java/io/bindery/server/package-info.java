/** The standalone broker: settings, users, management over HTTP, command line. */
package io.bindery.server;
