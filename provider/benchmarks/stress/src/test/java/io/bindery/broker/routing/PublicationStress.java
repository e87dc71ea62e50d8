package io.bindery.broker.routing;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Route;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** {@link Publication}: its memory is freed once, and it is there whenever it is asked for. */
public class PublicationStress {
  private static final AmqpMessage MESSAGE = AmqpMessage.builder().build();
  private static final Route ROUTE = new Route("x", "k", false);
  private static final Publication.Source SOURCE = new Publication.Source("", "");

  private PublicationStress() {}

  /** A queue lets it go, and its publisher after it gave it to all. */
  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = ACCEPTABLE,
      desc = "freed by the last")
  @Outcome(expect = FORBIDDEN, desc = "freed twice, or never")
  @State
  public static class Released {
    private final Publication publication = new Publication(MESSAGE, ROUTE, SOURCE, any -> {});

    public Released() {
      publication.hold();
      publication.retain();
    }

    private int release() {
      return publication.release() == MESSAGE.sizeBytes() ? 1 : 0;
    }

    @Actor
    public void queue(II_Result r) {
      r.r1 = release();
    }

    @Actor
    public void publisher(II_Result r) {
      r.r2 = release();
    }
  }

  /** It leaves memory while somebody reads it, and its last queue lets it go. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "read, and all memory accounted for")
  @Outcome(expect = FORBIDDEN, desc = "not there, or memory counted wrong")
  @State
  public static class Unloaded {
    private final AtomicInteger used = new AtomicInteger(MESSAGE.sizeBytes());
    private final Publication publication =
        new Publication(
            MESSAGE,
            ROUTE,
            SOURCE,
            stored -> {
              stored.restore(MESSAGE, ROUTE, SOURCE);
              used.addAndGet(MESSAGE.sizeBytes());
            });

    public Unloaded() {
      publication.retain();
      publication.position(1);
    }

    @Actor
    public void unload() {
      used.addAndGet(-publication.unload());
    }

    @Actor
    public void read(II_Result r) {
      r.r1 = publication.message() == MESSAGE && publication.route() == ROUTE ? 1 : 0;
    }

    @Arbiter
    public void release(II_Result r) {
      used.addAndGet(-publication.release());
      r.r2 = used.get();
    }
  }
}
