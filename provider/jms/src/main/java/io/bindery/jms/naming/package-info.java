/** Administered objects from a properties file (Jakarta Messaging, chapter 5). */
package io.bindery.jms.naming;
