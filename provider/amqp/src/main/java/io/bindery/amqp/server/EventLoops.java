package io.bindery.amqp.server;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorChooserFactory.EventExecutorChooser;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops of a server, of which connections use as many as they keep busy: as long as that
 * is one, what a client publishes goes out to another without waking a second thread. Once a second
 * it looks, and moves connections to where they belong.
 */
final class EventLoops {
  private static final Logger LOG = System.getLogger(EventLoops.class.getName());
  private static final long LOOK_MS = 1_000;

  /** Of a processor; then what a loop does is shared with one that does so much less. */
  static final double BUSY = 0.4;

  /** Then neither is far behind afterwards. */
  private static final double MUCH_LESS = 1.0 / 3;

  /** All together; then one loop is enough. */
  static final double CALM = 0.2;

  /** So often in a row it must be calm. */
  static final int CALM_LOOKS = 5;

  /** So many come together at once, for those who work wait meanwhile. */
  static final int AT_ONCE = 200;

  /** Who was moved stays for so many looks, or until a calm, for turns are not all alike. */
  static final int STAYS_LOOKS = 30;

  private final Collection<NettyWire> wires;
  private final Threads threads = new Threads();
  private final AtomicInteger next = new AtomicInteger();
  private final List<EventLoop> all = new ArrayList<>();
  private final EventLoopGroup group;
  private final ThreadMXBean clock = ManagementFactory.getThreadMXBean();
  private final long[] cpuNs;
  private final Map<NettyWire, Integer> movedAt = new WeakHashMap<>();
  private long lookedNs = System.nanoTime();
  private volatile int looks;
  private int calmLooks = CALM_LOOKS;
  private volatile boolean spread;
  private boolean apart;
  private final Future<?> looking;

  /**
   * Starts them.
   *
   * @param wires the connections, as they come and go
   * @param moves whether connections may be moved; if not, they are spread as they come
   */
  EventLoops(Collection<NettyWire> wires, boolean moves) {
    this.wires = wires;
    boolean canLook = moves && clock.isThreadCpuTimeSupported() && clock.isThreadCpuTimeEnabled();
    this.spread = !canLook;
    int count = Math.max(2, Runtime.getRuntime().availableProcessors());
    this.group =
        new MultiThreadIoEventLoopGroup(
            count, new ThreadPerTaskExecutor(threads), this::chooser, NioIoHandler.newFactory());
    this.cpuNs = new long[count];
    this.looking =
        canLook
            ? all.get(0).scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS)
            : null;
  }

  private EventExecutorChooser chooser(EventExecutor[] made) {
    for (EventExecutor each : made) {
      all.add((EventLoop) each);
    }
    return () -> all.get(spread ? Math.floorMod(next.getAndIncrement(), all.size()) : 0);
  }

  EventLoopGroup group() {
    return group;
  }

  List<EventLoop> all() {
    return List.copyOf(all);
  }

  Collection<NettyWire> wires() {
    return wires;
  }

  /** Nobody is moved any more. */
  void stopMoving() {
    if (looking != null) {
      looking.cancel(false);
    }
  }

  /** Ends them, after at most so long. */
  void close(long ms) {
    stopMoving();
    group.shutdownGracefully(0, ms, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    threads.join(ms);
  }

  // --- who belongs where ---

  /** How often it has looked; any thread. */
  int looks() {
    return looks;
  }

  private void look() {
    long nowNs = System.nanoTime();
    double[] shares = new double[all.size()];
    for (int i = 0; i < shares.length; i++) {
      long thread = ((SingleThreadEventExecutor) all.get(i)).threadProperties().id();
      long cpu = clock.getThreadCpuTime(thread);
      shares[i] = (cpu - cpuNs[i]) / (double) (nowNs - lookedNs);
      cpuNs[i] = cpu;
    }
    lookedNs = nowNs;
    try {
      look(shares);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "connections stay where they are", e);
    }
  }

  /**
   * Moves what belongs elsewhere, given how much of a processor each loop has used. In a calm, once
   * all are together, it costs nothing, however many connections there are.
   */
  void look(double... shares) {
    int busiest = 0;
    int idlest = 0;
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      sum += shares[i];
      busiest = shares[i] > shares[busiest] ? i : busiest;
      idlest = shares[i] < shares[idlest] ? i : idlest;
    }
    calmLooks = sum < CALM ? calmLooks + 1 : 0;
    if (calmLooks >= CALM_LOOKS) {
      // One that was still to be spread may only be seen at the next look.
      apart = apart && (comeTogether() | spread);
      spread = false;
      // What comes after a calm is another load.
      movedAt.clear();
    } else if (shares[busiest] > BUSY && shares[idlest] < shares[busiest] * MUCH_LESS) {
      spread = true;
      apart = true;
      share(all.get(busiest), all.get(idlest));
    }
    looks++;
  }

  /** Whether there was somebody who was not there yet. */
  private boolean comeTogether() {
    EventLoop first = all.get(0);
    List<NettyWire> elsewhere =
        wires.stream().filter(wire -> wire.loop() != first).limit(AT_ONCE).toList();
    elsewhere.forEach(wire -> wire.move(first));
    return !elsewhere.isEmpty();
  }

  /** Moves every second one of those that had turns since the last look, by how many they had. */
  private void share(EventLoop from, EventLoop to) {
    List<Active> active =
        wires.stream()
            .filter(wire -> wire.loop() == from)
            .map(wire -> new Active(wire, wire.turns(looks)))
            .filter(each -> each.turns > 0)
            .sorted(Comparator.comparingInt(Active::turns).reversed())
            .toList();
    for (int i = 1; i < active.size(); i += 2) {
      NettyWire wire = active.get(i).wire;
      Integer before = movedAt.get(wire);
      if (before == null || looks - before >= STAYS_LOOKS) {
        movedAt.put(wire, looks);
        wire.move(to);
      }
    }
  }

  private record Active(NettyWire wire, int turns) {}

  /** Makes the threads, and waits for their end, which Netty does not. */
  private static final class Threads extends DefaultThreadFactory {
    private final List<Thread> made = new CopyOnWriteArrayList<>();

    private Threads() {
      super("bindery-amqp", true);
    }

    @Override
    protected Thread newThread(Runnable task, String name) {
      Thread thread = super.newThread(task, name);
      made.add(thread);
      return thread;
    }

    private void join(long ms) {
      try {
        for (Thread each : made) {
          each.join(ms);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
