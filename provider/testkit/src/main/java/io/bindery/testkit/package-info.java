/**
 * What tests of engines share: the contract suite, the virtual clock, and the coverage of clauses
 * by tests.
 */
package io.bindery.testkit;
