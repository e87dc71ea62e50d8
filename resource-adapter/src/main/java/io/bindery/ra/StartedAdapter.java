package io.bindery.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.WorkManager;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What an adapter has from its start to its stop. Thread-safe. */
final class StartedAdapter {
  private final AdapterContext context;
  private final RecoveryConnections recovery;
  private final List<Activated> activations = new ArrayList<>();
  private boolean stopped;

  StartedAdapter(WorkManager work, AdapterTimer timer) {
    BrokerLeases leases = new BrokerLeases();
    context = new AdapterContext(leases, work, timer);
    recovery = new RecoveryConnections(leases);
    // Loads now what only the stop needs: Open Liberty may have closed the archive by then.
    RecordMethodCache.forgetOurs();
  }

  private record Activated(
      MessageEndpointFactory endpoints, ActivationSpec spec, EndpointActivation activation) {}

  BrokerLeases leases() {
    return context.leases();
  }

  RecoveryConnections recovery() {
    return recovery;
  }

  /** Starts to feed an endpoint. */
  void activate(MessageEndpointFactory endpoints, ActivationSpec spec, ActivationSettings settings)
      throws ResourceException {
    EndpointActivation activation = new EndpointActivation(context, settings, endpoints);
    synchronized (this) {
      if (stopped) {
        throw new jakarta.resource.spi.IllegalStateException("The resource adapter is stopped");
      }
      activations.add(new Activated(endpoints, spec, activation));
    }
    try {
      activation.start();
    } catch (ResourceException e) {
      remove(endpoints, spec);
      throw e;
    }
  }

  /** Ends an activation; one that is not known is ended already. */
  void deactivate(MessageEndpointFactory endpoints, ActivationSpec spec, long waitMs) {
    EndpointActivation activation = remove(endpoints, spec);
    if (activation != null) {
      activation.stop(waitMs);
    }
  }

  private synchronized EndpointActivation remove(
      MessageEndpointFactory endpoints, ActivationSpec spec) {
    // By identity: a factory may be a proxy whose equals cannot be called any more when its
    // application stops.
    for (Iterator<Activated> all = activations.iterator(); all.hasNext(); ) {
      Activated each = all.next();
      if (each.endpoints == endpoints && each.spec == spec) {
        all.remove();
        return each.activation;
      }
    }
    return null;
  }

  /** Ends everything, within twice that time. */
  void stop(long waitMs) {
    List<Activated> all;
    synchronized (this) {
      stopped = true;
      all = List.copyOf(activations);
      activations.clear();
    }
    long deadlineNs = System.nanoTime() + waitMs * 1_000_000;
    for (Activated each : all) {
      each.activation.stop(Math.max(0, (deadlineNs - System.nanoTime()) / 1_000_000));
    }
    recovery.close();
    context.timer().stop();
    context.leases().close();
    RecordMethodCache.forgetOurs();
  }
}
