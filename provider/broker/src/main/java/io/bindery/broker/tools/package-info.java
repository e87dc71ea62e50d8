/** What looks into a store from the command line, and moves messages in and out of it. */
package io.bindery.broker.tools;
