/** What an engine holds, as JMX shows it, in types of the JDK only. */
package io.bindery.engine.management;
