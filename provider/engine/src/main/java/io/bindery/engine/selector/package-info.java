/** The selector language of Jakarta Messaging 3.1, 3.8, over the seam's own view of a message. */
package io.bindery.engine.selector;
