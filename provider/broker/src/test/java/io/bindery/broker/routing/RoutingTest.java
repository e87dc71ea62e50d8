package io.bindery.broker.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.bindery.broker.routing.Routed.Name;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.Route;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a publish collects, and how long it is held. */
class RoutingTest {
  @Test
  void targetsComeOnceInTheirOrder() {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
    System.getLogger("seeds")
        .log(System.Logger.Level.INFO, "routing: seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    Routing routing = new Routing();
    for (int round = 0; round < 200; round++) {
      // Equal names are no same target: only identity counts.
      List<Target> pool = new ArrayList<>();
      int size = 1 + random.nextInt(round % 20 == 0 ? 6_000 : 60);
      for (int i = 0; i < size; i++) {
        pool.add(new Name("q"));
      }
      List<Target> expected = new ArrayList<>();
      routing.clear();
      for (int i = 0; i < 2 * size && i < 500; i++) {
        Target target = pool.get(random.nextInt(size));
        routing.add(target);
        if (expected.stream().noneMatch(known -> known == target)) {
          expected.add(target);
        }
      }
      if (size > 500) {
        pool.forEach(routing::add);
        assertEquals(size, routing.size(), "seed " + seed);
      } else {
        assertEquals(expected.size(), routing.size(), "seed " + seed);
      }
      for (int i = 0; i < expected.size(); i++) {
        assertSame(expected.get(i), routing.get(i), "seed " + seed);
      }
    }
  }

  @Test
  void aFanOutAllocatesNothing() throws AmqpException {
    Exchange exchange = Routed.exchange("fanout");
    for (int i = 0; i < 100; i++) {
      exchange.bind(Binding.queue("fanout", "q" + i, ""), new Name("q" + i), null);
    }
    Publication publication = Routed.publication("", Map.of());
    Routing routing = new Routing();
    // One: each lambda that is written is linked, which allocates, at its first use.
    Exchange.Alternates none = (name, any) -> null;
    exchange.route(publication, routing, none);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      routing.clear();
      exchange.route(publication, routing, none);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(100, routing.size());
    assertTrue(bytes < 10_000, bytes + " bytes");
  }

  @Test
  void theLastReleaseFreesTheSize() {
    AmqpMessage message = AmqpMessage.builder().build();
    Publication publication =
        new Publication(
            message, new Route("x", "k", false), new Publication.Source("c", "id"), any -> {});
    assertEquals("c", publication.source().connectionId());
    assertEquals("id", publication.source().clientId());
    assertSame(message, publication.message());
    publication.hold();
    assertEquals(false, publication.taken());
    publication.retain();
    publication.retain();
    assertEquals(true, publication.taken());
    assertEquals(0, publication.release());
    assertEquals(0, publication.release());
    assertEquals(message.sizeBytes(), publication.release());
  }
}
