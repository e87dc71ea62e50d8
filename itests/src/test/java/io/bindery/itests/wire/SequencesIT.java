package io.bindery.itests.wire;

import io.bindery.amqp.server.ServerSettings;
import io.bindery.engine.AmqpException;
import io.bindery.itests.interop.Figures;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of steps through RabbitMQ's Java client, the same to our server and to Debian's
 * RabbitMQ, which must show the same after each step. {@code sequences.seed} begins with a seed,
 * {@code sequences.count} says how many.
 */
class SequencesIT {
  private static final int COUNT = Integer.getInteger("sequences.count", 12);
  private static final int STEPS = 120;

  @Test
  void bothShowTheSame() throws IOException, AmqpException, InterruptedException, TimeoutException {
    long first = Long.getLong("sequences.seed", System.nanoTime() & 0xFFFFFF);
    try (OwnServer server = OwnServer.within(ServerSettings.Limits.DEFAULT)) {
      for (long seed = first; seed < first + COUNT; seed++) {
        System.out.println("-Dsequences.seed=" + seed);
        try (Side ours = new Side(server.port());
            Side theirs = new Side(Brokers.port())) {
          new Sequence(seed, ours, theirs).run(STEPS);
        }
      }
    }
    Figures.add(
        "sequences: %d of %d steps, from seed %d, the same on both".formatted(COUNT, STEPS, first));
  }
}
