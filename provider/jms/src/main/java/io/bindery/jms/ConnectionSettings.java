package io.bindery.jms;

import io.bindery.jms.message.MessageContext;

/**
 * What a factory gives its connections.
 *
 * @param clientId empty for none
 * @param prefetch how many messages a consumer takes at a time, 0 for one on demand
 * @param messageContext what received messages need
 */
record ConnectionSettings(String clientId, int prefetch, MessageContext messageContext) {}
