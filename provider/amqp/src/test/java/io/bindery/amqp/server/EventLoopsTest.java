package io.bindery.amqp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConsumerShutdownSignalCallback;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.impl.NetworkConnection;
import io.bindery.amqp.codec.BasicMethod;
import io.bindery.amqp.codec.ChannelMethod;
import io.bindery.engine.AmqpConnection;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.ConnectSpec;
import io.bindery.engine.QueueSpec;
import io.bindery.engine.Route;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections use as many event loops as they keep busy, and nobody notices when they move. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventLoopsTest {
  private static final int LOOKS = EventLoops.CALM_LOOKS;

  private TestServer server;
  private EventLoops loops;

  @BeforeEach
  void start() throws AmqpException {
    server = TestServer.start("");
    loops = server.server().loops();
    loops.stopMoving();
    // Until the last look is over.
    loops.all().get(0).submit(() -> {}).syncUninterruptibly();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private long loopsInUse() {
    return loops.wires().stream().map(NettyWire::loop).distinct().count();
  }

  private long onFirst() {
    EventLoop first = loops.all().get(0);
    return loops.wires().stream().filter(wire -> wire.loop() == first).count();
  }

  private void assertOnFirst(long count) {
    awaitMoves();
    assertEquals(count, onFirst());
  }

  private void awaitMoves() {
    for (NettyWire wire : loops.wires()) {
      CountDownLatch passed = new CountDownLatch(1);
      wire.execute(passed::countDown);
      await(passed);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void untilThereAre(int connections) {
    while (loops.wires().size() != connections) {
      Thread.onSpinWait();
    }
  }

  private double[] shares(double first, double others) {
    double[] shares = new double[loops.all().size()];
    Arrays.fill(shares, others);
    shares[0] = first;
    return shares;
  }

  private List<Connection> connect(int count) throws IOException, TimeoutException {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connections.add(server.connect());
    }
    return connections;
  }

  private void takeTurns(List<Connection> connections) throws IOException {
    for (Connection each : connections) {
      each.createChannel();
    }
  }

  /** So that only turns from here on count. */
  private void lookFirst() {
    loops.look(shares(EventLoops.BUSY / 2, 0));
  }

  @Test
  void whoHasLittleToDoIsOnOneLoop() throws IOException, TimeoutException {
    connect(4);
    assertEquals(1, loopsInUse());
  }

  @Test
  void aBusyLoopGivesHalfOfWhatKeepsItBusyToTheIdlest()
      throws IOException, TimeoutException, InterruptedException {
    List<Connection> connections = connect(5);
    lookFirst();
    takeTurns(connections);
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
    assertOnFirst(3);
  }

  @Test
  void whoDoesNothingIsNotMoved() throws IOException, TimeoutException, InterruptedException {
    connect(3);
    lookFirst();
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
    // What they did before the first look does not count.
    assertOnFirst(3);
  }

  @Test
  void whoOnlyTakesIsMovedToo() throws IOException, TimeoutException, InterruptedException {
    Connection connection = server.connect();
    Channel channel = connection.createChannel();
    channel.queueDeclare("taken", false, false, false, null);
    CountDownLatch taken = new CountDownLatch(20);
    for (int i = 0; i < 2; i++) {
      server
          .connect()
          .createChannel()
          .basicConsume("taken", true, (tag, delivery) -> taken.countDown(), tag -> {});
    }
    lookFirst();
    for (int i = 0; i < 20; i++) {
      channel.basicPublish("", "taken", null, new byte[1]);
    }
    taken.await();
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
    assertOnFirst(2);
  }

  @Test
  void whatTheyDidLatelyDecidesWhoIsMoved()
      throws IOException, TimeoutException, InterruptedException {
    Connection before = server.connect();
    Connection lately = server.connect();
    for (int i = 0; i < 50; i++) {
      before.createChannel();
    }
    lookFirst();
    lookAtTurns(List.of(lately, before));
    assertOnFirst(1);
    String stays = ":" + ((NetworkConnection) lately).getLocalPort();
    for (NettyWire wire : loops.wires()) {
      assertEquals(wire.peer().address().endsWith(stays), wire.loop() == loops.all().get(0));
    }
  }

  @Test
  void whoWasMovedStaysForAWhile() throws IOException, TimeoutException, InterruptedException {
    List<Connection> two = connect(2);
    moveOneOf(two);
    loops.wires().forEach(wire -> wire.move(loops.all().get(0)));
    assertOnFirst(2);
    lookAtTurns(two);
    assertOnFirst(2);
    for (int i = 2; i < EventLoops.STAYS_LOOKS; i++) {
      loops.look(shares(EventLoops.BUSY + 0.1, 0));
    }
    lookAtTurns(two);
    assertOnFirst(1);
  }

  @Test
  void aLoadAfterACalmIsSharedAtOnce() throws IOException, TimeoutException {
    List<Connection> two = connect(2);
    moveOneOf(two);
    for (int i = 0; i < LOOKS; i++) {
      loops.look(shares(0.01, 0.01));
    }
    assertOnFirst(2);
    lookAtTurns(two);
    assertOnFirst(1);
  }

  private void moveOneOf(List<Connection> two) throws IOException {
    lookFirst();
    lookAtTurns(two);
    assertOnFirst(1);
  }

  /** After turns of which the first has more. */
  private void lookAtTurns(List<Connection> moreAndLess) throws IOException {
    for (int i = 0; i < 10; i++) {
      moreAndLess.get(0).createChannel();
    }
    moreAndLess.get(1).createChannel();
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
  }

  @Test
  void nobodyMovesToWhereMuchIsDoneToo()
      throws IOException, TimeoutException, InterruptedException {
    List<Connection> connections = connect(4);
    lookFirst();
    takeTurns(connections);
    loops.look(shares(EventLoops.BUSY + 0.1, EventLoops.BUSY));
    awaitMoves();
    assertEquals(1, loopsInUse());
  }

  @Test
  void onceTheyAreSpreadNewOnesAreToo() throws IOException, TimeoutException {
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
    connect(loops.all().size());
    assertEquals(loops.all().size(), loopsInUse());
  }

  @Test
  void theyComeTogetherAgainWhenItIsCalmForAWhile() throws IOException, TimeoutException {
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
    connect(2 * loops.all().size());
    for (int i = 1; i < LOOKS; i++) {
      loops.look(shares(0.01, 0.01));
    }
    assertEquals(loops.all().size(), loopsInUse(), "a short calm moves nobody");
    connect(2);
    loops.look(shares(0.01, 0.01));
    connect(loops.all().size());
    assertOnFirst(3 * loops.all().size() + 2);
  }

  @Test
  void ofManyNotAllComeTogetherAtOnce() throws IOException, InterruptedException {
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
    int others = loops.all().size() - 1;
    int each = EventLoops.AT_ONCE / others + 1;
    List<Socket> sockets = new ArrayList<>();
    while (sockets.size() < each * loops.all().size()) {
      sockets.add(new Socket("127.0.0.1", server.port()));
    }
    untilThereAre(sockets.size());
    assertEquals(each, onFirst());
    for (int i = 0; i < LOOKS; i++) {
      loops.look(shares(0.01, 0.01));
    }
    assertOnFirst(each + EventLoops.AT_ONCE);
    loops.look(shares(0.01, 0.01));
    assertOnFirst(sockets.size());
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void whoWasToBeSpreadWhenTheCalmCameComesToo() throws IOException {
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
    Semaphore held = new Semaphore(0);
    loops.all().get(1).execute(held::acquireUninterruptibly);
    List<Socket> sockets = new ArrayList<>();
    // The last one has come after the one that is held.
    while (sockets.size() <= loops.all().size()) {
      sockets.add(new Socket("127.0.0.1", server.port()));
    }
    untilThereAre(loops.all().size());
    for (int i = 0; i < LOOKS; i++) {
      loops.look(shares(0.01, 0.01));
    }
    held.release();
    untilThereAre(sockets.size());
    loops.look(shares(0.01, 0.01));
    assertOnFirst(sockets.size());
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void onceTheyAreTogetherNobodyIsLookedFor() throws IOException, TimeoutException {
    loops.look(shares(EventLoops.BUSY + 0.1, 0));
    connect(2 * loops.all().size());
    for (int i = 0; i < LOOKS + 2; i++) {
      loops.look(shares(0.01, 0.01));
      awaitMoves();
    }
    assertEquals(1, loopsInUse());
    loops.wires().iterator().next().move(loops.all().get(1));
    awaitMoves();
    loops.look(shares(0.01, 0.01));
    awaitMoves();
    assertEquals(2, loopsInUse());
  }

  // --- on the way ---

  /** Moves all connections to any loop, all the time. */
  private final class Mover implements AutoCloseable {
    private final AtomicBoolean ends = new AtomicBoolean();
    private final AtomicInteger moves = new AtomicInteger();
    private final Thread thread = new Thread(this::run);

    private Mover() {
      thread.start();
    }

    private void run() {
      long seed = System.nanoTime();
      System.out.println("moves: seed " + seed);
      Random random = new Random(seed);
      while (!ends.get()) {
        for (NettyWire wire : loops.wires()) {
          wire.move(loops.all().get(random.nextInt(loops.all().size())));
          moves.incrementAndGet();
          awaitLoop(wire);
        }
      }
    }

    /** So that moves do not pile up. */
    private void awaitLoop(NettyWire wire) {
      CountDownLatch passed = new CountDownLatch(1);
      wire.execute(passed::countDown);
      try {
        passed.await(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      ends.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void whileTheyMoveAllComesOnceInOrderAndIsConfirmed()
      throws IOException, TimeoutException, InterruptedException {
    int count = 20_000;
    List<Integer> received = new ArrayList<>();
    AtomicReference<String> wrong = new AtomicReference<>();
    CountDownLatch all = new CountDownLatch(count);
    try (Connection sending = server.connect();
        Connection receiving = server.connect();
        Mover mover = new Mover()) {
      Channel in = receiving.createChannel();
      in.queueDeclare("moved", false, false, false, null);
      in.basicQos(50);
      ConsumerShutdownSignalCallback gone = (tag, why) -> wrong.set(String.valueOf(why));
      in.basicConsume(
          "moved",
          false,
          (tag, delivery) -> {
            int number = ByteBuffer.wrap(delivery.getBody()).getInt();
            if (delivery.getBody().length != length(number)) {
              wrong.set("length of " + number);
            }
            received.add(number);
            in.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
            all.countDown();
          },
          gone);
      Channel out = sending.createChannel();
      out.confirmSelect();
      for (int i = 0; i < count; i++) {
        AMQP.BasicProperties properties = MessageProperties.MINIMAL_BASIC;
        out.basicPublish("", "moved", properties, ByteBuffer.allocate(length(i)).putInt(i).array());
        if (i % 500 == 499) {
          out.waitForConfirmsOrDie(30_000);
        }
      }
      assertTrue(all.await(60, TimeUnit.SECONDS), () -> "missing " + all.getCount());
      assertEquals(null, wrong.get());
      assertTrue(mover.moves.get() > 100, "moves: " + mover.moves);
      System.out.println("moves: " + mover.moves);
    }
    for (int i = 0; i < count; i++) {
      assertEquals(i, received.get(i));
    }
  }

  private static int length(int number) {
    return number % 1_000 == 999 ? 3_000_000 : number % 100 == 99 ? 200_000 : 4 + number % 300;
  }

  @Test
  void whoGoesWhileItMovesIsGone() throws IOException, TimeoutException, InterruptedException {
    try (Mover mover = new Mover()) {
      for (int i = 0; i < 200; i++) {
        Connection connection = server.connect();
        Channel channel = connection.createChannel();
        channel.queueDeclare("left", false, false, false, null);
        channel.basicConsume("left", (tag, delivery) -> {}, tag -> {});
        if (i % 2 == 0) {
          connection.abort(0);
        } else {
          connection.close();
        }
      }
      while (server.server().connections() > 0) {
        Thread.onSpinWait();
      }
      assertTrue(mover.moves.get() > 100, "moves: " + mover.moves);
    }
    try (Connection last = server.connect()) {
      Channel channel = last.createChannel();
      while (channel.consumerCount("left") > 0) {
        Thread.onSpinWait();
      }
    }
  }

  private void publish(int messages, int bytes) throws AmqpException {
    try (AmqpConnection connection =
        server.engine().connect(ConnectSpec.anonymous("publisher")).await()) {
      io.bindery.engine.Channel channel = connection.openChannel().await();
      channel.declareQueue(QueueSpec.durable("q", Map.of())).await();
      AmqpMessage message = AmqpMessage.builder().body(new Body.Bytes(new byte[bytes])).build();
      for (int i = 0; i < messages; i++) {
        channel.publish(Route.toQueue("q"), message, channel.autoCommit()).await();
      }
    }
  }

  private static byte[] consumes() {
    return Peers.joined(
        Peers.handshake(),
        Peers.method(1, new ChannelMethod.Open()),
        Peers.method(1, new BasicMethod.Consume("q", "c", false, true, false, false, Map.of())));
  }

  @Test
  void whatWaitedForTheNetworkGoesOutAfterAMove() throws AmqpException, IOException {
    int bytes = 20 << 20;
    publish(20, bytes / 20);
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(16 * 1024);
      slow.setSoTimeout(30_000);
      slow.connect(new InetSocketAddress("127.0.0.1", server.port()));
      slow.getOutputStream().write(consumes());
      while (loops.wires().stream().allMatch(NettyWire::isWritable)) {
        Thread.onSpinWait();
      }
      NettyWire wire = loops.wires().iterator().next();
      EventLoop to = loops.all().get(1);
      wire.move(to);
      while (wire.loop() != to) {
        Thread.onSpinWait();
      }
      assertEquals(bytes, slow.getInputStream().readNBytes(bytes).length);
    }
  }

  /** Its deliveries would wait for ever. */
  @Test
  void whoCannotMoveIsCutAndItsMessagesGoBack() throws IOException, TimeoutException {
    Channel channel = server.connect().createChannel();
    channel.queueDeclare("held", false, false, false, null);
    channel.basicConsume("held", (tag, delivery) -> {}, tag -> {});
    DefaultEventLoop ofAnotherKind = new DefaultEventLoop();
    loops.wires().forEach(wire -> wire.move(ofAnotherKind));
    while (server.server().connections() > 0) {
      Thread.onSpinWait();
    }
    Channel other = server.connect().createChannel();
    while (other.consumerCount("held") > 0) {
      Thread.onSpinWait();
    }
    ofAnotherKind.shutdownGracefully();
  }
}
