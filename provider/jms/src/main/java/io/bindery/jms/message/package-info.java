/** The six kinds of messages of Jakarta Messaging, chapter 3, over the seam's immutable message. */
package io.bindery.jms.message;
