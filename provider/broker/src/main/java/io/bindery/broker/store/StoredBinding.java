package io.bindery.broker.store;

import io.bindery.engine.Binding;
import java.util.Objects;

/**
 * A binding with whose publishes it leaves out.
 *
 * @param binding the binding
 * @param connectionId the connection whose publishes it leaves out, empty for none
 * @param clientId the client identifier whose publishes it leaves out, empty for none
 */
public record StoredBinding(Binding binding, String connectionId, String clientId) {
  /** Checks that nothing is null. */
  public StoredBinding {
    Objects.requireNonNull(binding);
    Objects.requireNonNull(connectionId);
    Objects.requireNonNull(clientId);
  }
}
