package io.bindery.sample.orders.beans;

import io.bindery.sample.orders.Limits;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each bean did with which order, kept apart by run, so that orders, duplicates and
 * redeliveries can be told apart. In memory and bounded: past {@link Limits#RECORDED_IDS} the
 * oldest run is dropped, its totals stay. Thread-safe.
 */
@ApplicationScoped
public class Recorder {
  private final int maxIds;
  private final Map<String, Totals> totals = new TreeMap<>();
  private final Map<String, Map<String, BeanRun>> runs = new LinkedHashMap<>();
  private final Set<String> droppedRuns = new LinkedHashSet<>();
  private int heldIds;

  /**
   * What a bean did since the desk started.
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
   * What a bean did with the orders of a run.
   *
   * @param done how often each order was done
   * @param failed how often each order failed
   * @param redelivered deliveries of messages that had been seen before
   */
  public record RunView(Map<String, Integer> done, Map<String, Integer> failed, long redelivered) {}

  private static final class BeanRun {
    private final Map<String, Integer> done = new LinkedHashMap<>();
    private final Map<String, Integer> failed = new LinkedHashMap<>();
    private long redelivered;
  }

  /** A recorder with the house limit. */
  public Recorder() {
    this(Limits.RECORDED_IDS);
  }

  Recorder(int maxIds) {
    this.maxIds = maxIds;
  }

  /** A message is shown to a bean, whatever comes of it. */
  public synchronized void delivered(String bean, String run, boolean redelivered) {
    if (redelivered) {
      of(bean, run).redelivered++;
      add(bean, Totals.NONE.plus(0, 0, 1, 0));
    }
  }

  /** The transaction in which a bean did an order was committed. */
  public synchronized void recorded(String bean, String run, String orderId) {
    boolean first = of(bean, run).done.merge(orderId, 1, Integer::sum) == 1;
    add(bean, first ? Totals.NONE.plus(1, 0, 0, 0) : Totals.NONE.plus(0, 1, 0, 0));
    if (first) {
      heldIds++;
      dropOldest(run);
    }
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

  /** What a bean did with a run; empty if nothing. */
  public synchronized RunView run(String bean, String run) {
    BeanRun found = runs.getOrDefault(run, Map.of()).get(bean);
    return found == null
        ? new RunView(Map.of(), Map.of(), 0)
        : new RunView(
            Collections.unmodifiableMap(new LinkedHashMap<>(found.done)),
            Collections.unmodifiableMap(new LinkedHashMap<>(found.failed)),
            found.redelivered);
  }

  /** Whether the order identifiers of this run had to make room. */
  public synchronized boolean dropped(String run) {
    return droppedRuns.contains(run);
  }

  private BeanRun of(String bean, String run) {
    return runs.computeIfAbsent(run, r -> new TreeMap<>())
        .computeIfAbsent(bean, b -> new BeanRun());
  }

  private void add(String bean, Totals more) {
    totals.merge(
        bean, more, (a, b) -> a.plus(b.recorded(), b.duplicates(), b.redelivered(), b.failed()));
  }

  private void dropOldest(String newest) {
    while (heldIds > maxIds) {
      String oldest = runs.keySet().iterator().next();
      if (oldest.equals(newest)) {
        return; // a run that is being written stays whole; an upload has a limit of its own
      }
      runs.remove(oldest).values().forEach(bean -> heldIds -= bean.done.size());
      droppedRuns.add(oldest);
      if (droppedRuns.size() > Limits.UPLOADS) {
        droppedRuns.remove(droppedRuns.iterator().next());
      }
    }
  }
}
