package io.bindery.jms.message;

/**
 * What received messages need of their connection.
 *
 * @param objectPolicy which classes an ObjectMessage may hold
 */
public record MessageContext(ObjectPolicy objectPolicy) {}
