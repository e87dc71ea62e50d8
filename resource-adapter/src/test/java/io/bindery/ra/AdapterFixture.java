package io.bindery.ra;

import io.bindery.engine.AmqpException;
import jakarta.resource.ResourceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A broker, a server and a started adapter for each test. */
abstract class AdapterFixture {
  TestBroker broker;
  TestServer server;
  BinderyResourceAdapter adapter;

  @BeforeEach
  void startAdapter() throws AmqpException, ResourceException {
    broker = new TestBroker();
    server = new TestServer();
    adapter = new BinderyResourceAdapter();
    adapter.setUri(broker.uri());
    adapter.start(server);
  }

  @AfterEach
  void stopAdapter() {
    adapter.stop();
    server.close();
    broker.close();
  }

  /** An activation of a queue that redelivers at once. */
  BinderyActivationSpec queueSpec(String queue) {
    BinderyActivationSpec spec = new BinderyActivationSpec();
    spec.setResourceAdapter(adapter);
    spec.setDestinationType("jakarta.jms.Queue");
    spec.setDestination(queue);
    spec.setRedeliveryDelayMs(0L);
    return spec;
  }

  /** An activation of a topic that redelivers at once. */
  BinderyActivationSpec topicSpec(String topic) {
    BinderyActivationSpec spec = queueSpec(topic);
    spec.setDestinationType("jakarta.jms.Topic");
    return spec;
  }

  /** Activates. */
  void activate(TestEndpoints endpoints, BinderyActivationSpec spec) throws ResourceException {
    spec.validate();
    adapter.endpointActivation(endpoints, spec);
  }
}
