package io.bindery.itests.payara;

import jakarta.ejb.Stateless;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSDestinationDefinition;
import jakarta.resource.AdministeredObjectDefinition;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;

/**
 * What the application looks up, defined with each of the annotations that Jakarta EE has for it.
 */
@Stateless
@JMSConnectionFactoryDefinition(
    name = Resources.FACTORY,
    interfaceName = "jakarta.jms.ConnectionFactory",
    resourceAdapter = "bindery")
@JMSConnectionFactoryDefinition(
    name = Resources.QUEUE_FACTORY,
    interfaceName = "jakarta.jms.QueueConnectionFactory",
    resourceAdapter = "bindery")
@JMSConnectionFactoryDefinition(
    name = Resources.TOPIC_FACTORY,
    interfaceName = "jakarta.jms.TopicConnectionFactory",
    resourceAdapter = "bindery")
@ConnectionFactoryDefinition(
    name = Resources.CONNECTOR_FACTORY,
    interfaceName = "jakarta.jms.ConnectionFactory",
    resourceAdapter = "bindery",
    transactionSupport = TransactionSupportLevel.XATransaction)
@AdministeredObjectDefinition(
    name = Resources.QUEUE,
    interfaceName = "jakarta.jms.Queue",
    className = "io.bindery.jms.BinderyQueue",
    resourceAdapter = "bindery",
    properties = "name=it.administered")
@AdministeredObjectDefinition(
    name = Resources.TOPIC,
    interfaceName = "jakarta.jms.Topic",
    className = "io.bindery.jms.BinderyTopic",
    resourceAdapter = "bindery",
    properties = "name=it.news")
@JMSDestinationDefinition(
    name = Resources.LOOKED_UP,
    interfaceName = "jakarta.jms.Queue",
    className = "io.bindery.jms.BinderyQueue",
    resourceAdapter = "bindery",
    destinationName = "it.looked.up")
public class Resources {
  static final String FACTORY = "java:app/jms/it";
  static final String QUEUE_FACTORY = "java:app/jms/itQueues";
  static final String TOPIC_FACTORY = "java:app/jms/itTopics";
  static final String CONNECTOR_FACTORY = "java:app/jms/itConnector";
  static final String QUEUE = "java:app/jms/queue";
  static final String TOPIC = "java:app/jms/topic";
  static final String LOOKED_UP = "java:app/jms/lookedUp";
}
