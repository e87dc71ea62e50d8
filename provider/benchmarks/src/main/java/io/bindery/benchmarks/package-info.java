/** Benchmarks: end to end beside peers, and of single pieces. */
package io.bindery.benchmarks;
