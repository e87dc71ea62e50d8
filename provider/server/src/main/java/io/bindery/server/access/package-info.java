/** Users, virtual hosts and permissions of the standalone broker, and the file that keeps them. */
package io.bindery.server.access;
