/** The command line of the standalone broker. */
package io.bindery.server.cli;
