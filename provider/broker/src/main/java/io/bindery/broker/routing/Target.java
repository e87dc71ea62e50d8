package io.bindery.broker.routing;

/** What a binding leads to: a queue or an exchange. Compared by identity. */
public interface Target {}
