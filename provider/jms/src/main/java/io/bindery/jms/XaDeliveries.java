package io.bindery.jms;

import io.bindery.engine.Channel;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;

/**
 * What the sessions of one engine have received in branches that are not decided. A transaction
 * manager may roll a branch back with any resource of the broker, also one of another session, and
 * then each session's channel must give back what it still holds. Thread-safe.
 */
final class XaDeliveries {
  private static final Map<Engine, XaDeliveries> BY_ENGINE =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Map<Branch, List<Held>> held = new ConcurrentHashMap<>();

  private XaDeliveries() {}

  /** The one of an engine. */
  static XaDeliveries of(Engine engine) {
    return BY_ENGINE.computeIfAbsent(engine, key -> new XaDeliveries());
  }

  /** Remembers what a channel received in a branch. */
  void add(Xid xid, Channel channel, Delivery delivery) {
    held.compute(
        Branch.of(xid),
        (key, list) -> {
          List<Held> all = list == null ? new ArrayList<>() : list;
          all.add(new Held(channel, delivery));
          return all;
        });
  }

  /** The branch is decided otherwise than by a rollback. */
  void forget(Xid xid) {
    held.remove(Branch.of(xid));
  }

  /**
   * Channels are closed, and have nothing left to give: what becomes of their branches, whoever
   * decides them, no longer concerns us.
   */
  void forget(Predicate<Channel> closed) {
    for (Branch branch : held.keySet()) {
      held.computeIfPresent(
          branch,
          (key, all) -> {
            all.removeIf(each -> closed.test(each.channel()));
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** Whether it remembers nothing. */
  boolean isEmpty() {
    return held.isEmpty();
  }

  /** The branch was rolled back: every channel gives back what it still holds. */
  void giveBack(Xid xid) {
    List<Held> all = held.remove(Branch.of(xid));
    if (all == null) {
      return;
    }
    Map<Channel, List<Delivery>> byChannel = new LinkedHashMap<>();
    all.forEach(
        each ->
            byChannel
                .computeIfAbsent(each.channel(), key -> new ArrayList<>())
                .add(each.delivery()));
    // A channel that is closed has nothing left to give: the engine did it.
    byChannel.forEach(XaDeliveries::giveBack);
  }

  private static void giveBack(Channel channel, List<Delivery> deliveries) {
    // A channel of connection consumers is shared by many sessions.
    synchronized (channel) {
      channel.giveBack(deliveries, List.of());
    }
  }

  private record Held(Channel channel, Delivery delivery) {}

  /** The identifier of a branch, compared by value. */
  record Branch(int formatId, ByteBuffer global, ByteBuffer qualifier) {
    static Branch of(Xid xid) {
      return new Branch(
          xid.getFormatId(),
          ByteBuffer.wrap(xid.getGlobalTransactionId().clone()),
          ByteBuffer.wrap(xid.getBranchQualifier().clone()));
    }

    @Override
    public String toString() {
      HexFormat hex = HexFormat.of();
      return formatId
          + ":"
          + hex.formatHex(global.array())
          + ":"
          + hex.formatHex(qualifier.array());
    }
  }
}
