package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Channel;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.Delivery;
import io.bindery.engine.Engine;
import io.bindery.engine.Engines;
import io.bindery.engine.Outcome;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.bindery.engine.Ticket;
import io.bindery.engine.Transaction;
import io.bindery.engine.XaBranches;
import io.bindery.engine.XaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator decides prepared branches by the MBean, and the next broker still knows it. */
class OperatorDecisionTest {
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();
  private static final String[] TEXT = {String.class.getName()};

  @TempDir Path directory;

  private final List<Engine> engines = new ArrayList<>();
  private String name;
  private Channel channel;

  private record Branch(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 7;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return new byte[] {(byte) number};
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {1};
    }
  }

  @AfterEach
  void close() {
    engines.forEach(Engine::close);
  }

  private void start(String folder) throws AmqpException {
    name = "operator-" + engines.size();
    Engine engine = Engines.find("vm://" + name + "?dir=" + directory.resolve(folder));
    engines.add(engine);
    channel = engine.connect(ConnectSpec.anonymous("one")).await().openChannel().await();
  }

  /** The broker dies: the next one finds what is in the files now, and no last checkpoint. */
  private void crash(String from, String to) throws AmqpException, IOException {
    Path copy = directory.resolve(to);
    while (!copied(directory.resolve(from), copy)) {
      // A checkpoint got its name meanwhile, and the one before it is gone: once more.
    }
    start(to);
  }

  private static boolean copied(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path target = to.resolve(from.relativize(each));
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else if (!each.endsWith("unfinished")) {
          Files.copy(each, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
      return true;
    } catch (NoSuchFileException | UncheckedIOException e) {
      return false;
    }
  }

  private XaBranches xa() {
    return channel.connection().xa();
  }

  private void prepare(int number) throws AmqpException {
    Branch branch = new Branch(number);
    Transaction transaction = xa().start(branch, XAResource.TMNOFLAGS).await();
    AmqpMessage message =
        AmqpMessage.builder().persistent(true).body(new Body.Text("m" + number)).build();
    channel.publish(Route.toQueue("q"), message, transaction).await();
    xa().end(branch, XAResource.TMSUCCESS).await();
    assertTrue(xa().prepare(branch).await());
  }

  private ObjectName bean() throws JMException {
    return new ObjectName("io.bindery:type=Broker,name=" + name);
  }

  private void invoke(String action, String branch) throws JMException {
    SERVER.invoke(bean(), action, new Object[] {branch}, TEXT);
  }

  private Map<String, String> inDoubt() throws JMException {
    Map<String, String> states = new TreeMap<>();
    for (CompositeData row : (CompositeData[]) SERVER.getAttribute(bean(), "InDoubt")) {
      states.put((String) row.get("branch"), (String) row.get("state"));
    }
    return states;
  }

  private CompositeData onlyRow() throws JMException {
    CompositeData[] rows = (CompositeData[]) SERVER.getAttribute(bean(), "InDoubt");
    assertEquals(1, rows.length);
    return rows[0];
  }

  /** In one broker, in the next, which replays the journal, and in one that loads a checkpoint. */
  @Test
  void whatABranchHoldsIsShown() throws AmqpException, IOException, JMException {
    long beforeMs = System.currentTimeMillis();
    start("store");
    channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    channel.declareQueue(QueueSpec.durable("in", Map.of())).await();
    AmqpMessage message =
        AmqpMessage.builder().persistent(true).body(new Body.Text("taken")).build();
    channel.publish(Route.toQueue("in"), message, channel.autoCommit()).await();
    Branch branch = new Branch(0xab);
    Transaction transaction = xa().start(branch, XAResource.TMNOFLAGS).await();
    channel.publish(Route.toQueue("q"), message, transaction).await();
    channel.publish(Route.toQueue("q"), message, transaction).await();
    Delivery taken = channel.get("in", "").await();
    channel.settle(taken, Outcome.ACCEPTED, transaction).await();
    xa().end(branch, XAResource.TMSUCCESS).await();
    assertTrue(xa().prepare(branch).await());
    long afterMs = System.currentTimeMillis();
    for (int i = 0; i < 3; i++) {
      CompositeData row = onlyRow();
      assertEquals("7:ab:01", row.get("branch"));
      assertEquals("prepared", row.get("state"));
      assertEquals(7, row.get("formatId"));
      assertEquals("ab", row.get("globalTransactionId"));
      assertEquals("01", row.get("branchQualifier"));
      assertEquals(2, row.get("publishes"));
      assertEquals(1, row.get("acknowledgements"));
      assertEquals("in, q", row.get("queues"));
      long preparedMs = ((Date) row.get("preparedAt")).getTime();
      assertTrue(beforeMs <= preparedMs && preparedMs <= afterMs, preparedMs + " in run " + i);
      if (i == 0) {
        crash("store", "crashed");
      } else {
        engines.get(i).close();
        start("crashed");
      }
    }
    invoke("rollbackInDoubt", "7:ab:01");
    assertEquals("rolled back", onlyRow().get("state"));
    assertEquals(null, onlyRow().get("preparedAt"));
    assertEquals(1, channel.checkQueue("in").await().messages());
  }

  private static void fails(int errorCode, Ticket<?> ticket) {
    AmqpException failure = assertThrows(AmqpException.class, ticket::await);
    assertEquals(errorCode, assertInstanceOf(XaException.class, failure).errorCode());
  }

  private void decided() throws AmqpException, JMException {
    assertEquals(Map.of("7:01:01", "committed", "7:02:01", "rolled back"), inDoubt());
    assertEquals(2, xa().recover().await().size());
    fails(XAException.XA_HEURCOM, xa().commit(new Branch(1), false));
    fails(XAException.XA_HEURRB, xa().commit(new Branch(2), false));
    assertEquals(1, channel.checkQueue("q").await().messages());
  }

  @Test
  void whatAnOperatorDecidesIsKeptUntilItIsForgotten()
      throws AmqpException, IOException, JMException {
    start("store");
    channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
    prepare(1);
    prepare(2);
    assertEquals(Map.of("7:01:01", "prepared", "7:02:01", "prepared"), inDoubt());
    invoke("commitInDoubt", "7:01:01");
    invoke("rollbackInDoubt", "7:02:01");
    MBeanException unknown =
        assertThrows(MBeanException.class, () -> invoke("commitInDoubt", "7:03:01"));
    assertTrue(unknown.getCause().getMessage().contains("7:03:01"));
    decided();
    crash("store", "crashed");
    decided();
    engines.get(1).close();
    start("crashed");
    decided();
    xa().forget(new Branch(1)).await();
    crash("crashed", "forgotten");
    assertEquals(Map.of("7:02:01", "rolled back"), inDoubt());
    xa().forget(new Branch(2)).await();
    engines.get(3).close();
    start("forgotten");
    assertEquals(Map.of(), inDoubt());
    assertEquals(1, channel.checkQueue("q").await().messages());
  }
}
