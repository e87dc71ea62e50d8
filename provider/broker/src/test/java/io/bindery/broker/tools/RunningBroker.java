package io.bindery.broker.tools;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.QueueSpec;
import java.io.IOException;

/** A process with a broker on a directory, until its input ends. */
final class RunningBroker {
  private RunningBroker() {}

  public static void main(String[] args) throws AmqpException, IOException {
    Engine engine = Engines.find("vm://other?dir=" + args[0]);
    engine
        .connect(ConnectSpec.anonymous("other"))
        .await()
        .openChannel()
        .await()
        .declareQueue(QueueSpec.jms("of the other process"))
        .await();
    System.out.println("running");
    System.in.read();
    engine.close();
  }
}
