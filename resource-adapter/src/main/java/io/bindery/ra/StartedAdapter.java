package io.bindery.ra;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What an adapter has from its start to its stop. Thread-safe. */
final class StartedAdapter {
  private static final System.Logger LOG = System.getLogger(StartedAdapter.class.getName());

  private final AdapterContext context;
  private final List<Activated> activations = new ArrayList<>();
  private boolean stopped;

  StartedAdapter(WorkManager work, AdapterTimer timer) {
    BrokerLeases leases = new BrokerLeases(BrokerLeases.PATIENCE_MS);
    context = new AdapterContext(leases, new RecoveryConnections(leases), work, timer);
    // Loads now what only the stop needs: Open Liberty may have closed the archive by then.
    RecordMethodCache.forgetOurs();
  }

  /**
   * Takes the lease on a broker, if its directory is held by another as soon as that has ended, off
   * this thread: a server may start an application again before the old one has closed its broker.
   *
   * @throws AmqpException as {@link BrokerLeases#engine}, but for a held directory
   */
  void take(String uri) throws AmqpException {
    try {
      leases().engine(uri);
    } catch (AmqpException e) {
      if (e.replyCode() != ReplyCode.RESOURCE_LOCKED) {
        throw e;
      }
      LOG.log(
          Level.WARNING,
          "{0}; trying again for {1} s",
          e.getMessage(),
          BrokerLeases.PATIENCE_MS / 1_000);
      try {
        new Submission(context.work(), new Taking(uri), null).submit();
      } catch (WorkException busy) {
        // Whoever needs the broker tries again as well.
        LOG.log(Level.DEBUG, "The server has no thread now", busy);
      }
    }
  }

  private final class Taking implements Work {
    private final String uri;

    private Taking(String uri) {
      this.uri = uri;
    }

    @Override
    public void run() {
      try {
        leases().patiently(uri);
        LOG.log(Level.INFO, "The directory is free, and the broker has started");
      } catch (AmqpException e) {
        if (isStopped()) {
          return;
        }
        LOG.log(
            Level.ERROR,
            "{0}; beans go on trying, connection factories fail until it is free",
            e.getMessage());
      }
    }

    @Override
    public void release() {
      // The stop of the adapter ends it.
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private record Activated(
      MessageEndpointFactory endpoints, ActivationSpec spec, EndpointActivation activation) {}

  BrokerLeases leases() {
    return context.leases();
  }

  RecoveryConnections recovery() {
    return context.recovery();
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
    context.recovery().close();
    context.timer().stop();
    context.leases().close();
    RecordMethodCache.forgetOurs();
  }
}
