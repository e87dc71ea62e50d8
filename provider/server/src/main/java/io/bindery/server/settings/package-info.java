/** What the standalone broker can be told, and where it is told: flags, environment, a file. */
package io.bindery.server.settings;
