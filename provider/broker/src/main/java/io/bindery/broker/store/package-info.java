/** What a broker keeps beyond its memory. */
package io.bindery.broker.store;
