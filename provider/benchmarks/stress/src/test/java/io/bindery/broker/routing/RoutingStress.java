package io.bindery.broker.routing;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Binding;
import io.bindery.engine.ExchangeSpec;
import io.bindery.engine.Route;
import io.bindery.engine.selector.Selector;
import io.bindery.engine.selector.SelectorException;
import java.util.Map;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What is bound is read without a lock while one thread changes it: what stays is always seen,
 * once.
 */
public class RoutingStress {
  private RoutingStress() {}

  private static void count(String thing, II_Result r, Object unused) {
    if (thing.equals("stays")) {
      r.r1++;
    } else {
      r.r2++;
    }
  }

  /** {@link SharedList}: an append into free room, and one that copies. */
  @JCStressTest
  @Outcome(
      id = {"1, 0", "1, 1", "1, 2"},
      expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "what stays was missed or seen twice")
  @State
  public static class Appended {
    private final SharedList<String> list = new SharedList<>();

    public Appended() {
      list.add("stays");
    }

    @Actor
    public void add() {
      list.add("first");
      list.add("second");
    }

    @Actor
    public void read(II_Result r) {
      list.forEach(RoutingStress::count, r, null);
    }
  }

  /** {@link SharedList}: removals that leave holes, and one that copies. */
  @JCStressTest
  @Outcome(
      id = {"1, 0", "1, 1", "1, 2", "1, 3"},
      expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "what stays was missed or seen twice")
  @State
  public static class Removed {
    private final SharedList<String> list = new SharedList<>();

    public Removed() {
      list.add("a");
      list.add("b");
      list.add("stays");
      list.add("c");
    }

    @Actor
    public void remove() {
      list.remove("a");
      list.remove("c");
      list.remove("b");
    }

    @Actor
    public void read(II_Result r) {
      list.forEach(RoutingStress::count, r, null);
    }
  }

  /** {@link SelectorIndex}: others under the same value, another name and none come and go. */
  @JCStressTest
  @Outcome(
      id = {"1, 0", "1, 1", "1, 2", "1, 3"},
      expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "what stays was missed or seen twice")
  @State
  public static class Indexed {
    private static final Selector RED = selector("colour = 'red'");
    private static final Selector LARGE = selector("size = 1");
    private static final AmqpMessage MESSAGE =
        AmqpMessage.builder().headers(Map.of("colour", "red", "size", 1)).build();
    private final SelectorIndex<String> index = new SelectorIndex<>();

    public Indexed() {
      index.add(LARGE, "goes");
      index.add(RED, "stays");
    }

    private static Selector selector(String text) {
      try {
        return Selector.parse(text);
      } catch (SelectorException e) {
        throw new IllegalStateException(e);
      }
    }

    @Actor
    public void change() {
      index.add(RED, "comes");
      index.remove(LARGE, "goes");
      index.remove(RED, "comes");
      index.add(Selector.ALL, "any");
    }

    @Actor
    public void read(II_Result r) {
      index.forEachCandidate(MESSAGE, RoutingStress::count, r, null);
    }
  }

  /** A queue, by its name. */
  private record Named(String name) implements Target {}

  /** An exchange with one binding that stays, and others that one thread changes. */
  private static final class BoundExchange {
    private final Exchange exchange;
    private final Target goes = new Named("goes");

    BoundExchange(String type, String key) {
      try {
        exchange = Exchange.create(ExchangeSpec.durable("x", type));
        bind("stays", key, new Named("stays"));
      } catch (AmqpException e) {
        throw new IllegalStateException(e);
      }
    }

    private void bind(String queue, String key, Target target) throws AmqpException {
      exchange.bind(Binding.queue("x", queue, key), target, null);
    }

    void comeAndGo(String... keys) {
      try {
        for (String key : keys) {
          bind("goes", key, goes);
        }
      } catch (AmqpException e) {
        throw new IllegalStateException(e);
      }
      exchange.unbindTarget(goes);
    }

    void route(String key, II_Result r) {
      Routing routing = new Routing();
      Publication publication =
          new Publication(
              AmqpMessage.builder().build(),
              new Route("x", key, false),
              new Publication.Source("", ""),
              any -> {});
      exchange.route(publication, routing, (name, any) -> null);
      for (int i = 0; i < routing.size(); i++) {
        count(((Named) routing.get(i)).name(), r, null);
      }
    }
  }

  /** {@link DirectExchange}. */
  @JCStressTest
  @Outcome(
      id = {"1, 0", "1, 1"},
      expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "what stays was missed, or something reached twice")
  @State
  public static class Direct {
    private final BoundExchange bound = new BoundExchange("direct", "a");

    @Actor
    public void change() {
      bound.comeAndGo("a", "b");
    }

    @Actor
    public void route(II_Result r) {
      bound.route("a", r);
    }
  }

  /** {@link TopicExchange}: branches of its tree grow and are pruned beside the one that stays. */
  @JCStressTest
  @Outcome(
      id = {"1, 0", "1, 1"},
      expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "what stays was missed, or something reached twice")
  @State
  public static class Topic {
    private final BoundExchange bound = new BoundExchange("topic", "a.*.c");

    @Actor
    public void change() {
      bound.comeAndGo("a.b.c", "a.*", "a.#", "a.*.c");
    }

    @Actor
    public void route(II_Result r) {
      bound.route("a.b.c", r);
    }
  }
}
