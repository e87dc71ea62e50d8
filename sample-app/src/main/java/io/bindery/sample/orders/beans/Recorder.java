package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.database.Ledger;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counts that the page shows. What is done goes on from the {@link Ledger}, which has each
 * order; redeliveries and failures are counted since the desk started, for the last {@link
 * Limits#COUNTED_RUNS} runs by order. Thread-safe.
 */
@ApplicationScoped
public class Recorder {
  private final Map<String, Totals> totals = new TreeMap<>();
  private final Map<String, Map<String, BeanRun>> runs = new LinkedHashMap<>();

  /**
   * What a bean did.
   *
   * @param recorded different orders done
   * @param duplicates done again: the same order came in another message, or a message came twice
   * @param redelivered deliveries of a message that a bean had seen before
   * @param failed deliveries that ended with an exception
   */
  public record Totals(long recorded, long duplicates, long redelivered, long failed) {
    static final Totals NONE = new Totals(0, 0, 0, 0);

    Totals plus(long moreRecorded, long moreDuplicates, long moreRedelivered, long moreFailed) {
      return new Totals(
          recorded + moreRecorded,
          duplicates + moreDuplicates,
          redelivered + moreRedelivered,
          failed + moreFailed);
    }
  }

  /**
   * How a bean did not do the orders of a run.
   *
   * @param failed how often each order failed
   * @param redelivered deliveries of messages that had been seen before
   */
  public record RunView(Map<String, Integer> failed, long redelivered) {}

  private static final class BeanRun {
    private final Map<String, Integer> failed = new LinkedHashMap<>();
    private long redelivered;
  }

  /** For the container. */
  protected Recorder() {}

  /** A recorder that goes on where this ledger is. */
  @Inject
  public Recorder(Ledger ledger) {
    this(ledger.sums());
  }

  /** A recorder that goes on with these sums of each bean. */
  public Recorder(Map<String, Ledger.Sum> sums) {
    sums.forEach(
        (bean, sum) ->
            totals.put(bean, Totals.NONE.plus(sum.orders(), sum.times() - sum.orders(), 0, 0)));
  }

  /** A message is shown to a bean, whatever comes of it. */
  public synchronized void delivered(String bean, String run, boolean redelivered) {
    if (redelivered) {
      of(bean, run).redelivered++;
      add(bean, Totals.NONE.plus(0, 0, 1, 0));
    }
  }

  /** The transaction in which a bean did an order, for the first time or not, was committed. */
  public synchronized void recorded(String bean, boolean first) {
    add(bean, first ? Totals.NONE.plus(1, 0, 0, 0) : Totals.NONE.plus(0, 1, 0, 0));
  }

  /** The transaction in which a bean had an order was rolled back. */
  public synchronized void failed(String bean, String run, String orderId) {
    of(bean, run).failed.merge(orderId, 1, Integer::sum);
    add(bean, Totals.NONE.plus(0, 0, 0, 1));
  }

  /** The totals of a bean. */
  public synchronized Totals totals(String bean) {
    return totals.getOrDefault(bean, Totals.NONE);
  }

  /** How a bean failed in a run; empty if it did not. */
  public synchronized RunView run(String bean, String run) {
    BeanRun found = runs.getOrDefault(run, Map.of()).get(bean);
    return found == null
        ? new RunView(Map.of(), 0)
        : new RunView(Map.copyOf(found.failed), found.redelivered);
  }

  private BeanRun of(String bean, String run) {
    Map<String, BeanRun> beans = runs.computeIfAbsent(run, r -> new TreeMap<>());
    Iterator<String> oldestFirst = runs.keySet().iterator();
    while (runs.size() > Limits.COUNTED_RUNS) {
      oldestFirst.next();
      oldestFirst.remove();
    }
    return beans.computeIfAbsent(bean, b -> new BeanRun());
  }

  private void add(String bean, Totals more) {
    totals.merge(
        bean, more, (a, b) -> a.plus(b.recorded(), b.duplicates(), b.redelivered(), b.failed()));
  }
}
