/** JSON (RFC 8259), for engines that read what is kept or told in it. */
package io.bindery.engine.json;
