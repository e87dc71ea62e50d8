package io.bindery.sample.orders.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.Order;
import io.bindery.sample.orders.OrderChannel;
import io.bindery.sample.orders.OrderFile;
import io.bindery.sample.orders.Problem;
import io.bindery.sample.orders.database.TestDatabase;
import io.bindery.sample.orders.intake.Upload.State;
import io.bindery.sample.orders.intake.Upload.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UploadIntakeTest {
  private static final String HEADER = "id,region,speed,customer,item,quantity,amount\n";

  private final UploadStore store = new UploadTable(TestDatabase.fresh());
  private final Uploads uploads = new Uploads(store);
  private final Published published = new Published();
  private final UploadIntake intake = new UploadIntake(new ChunkPublisher(published, store), store);

  @Test
  void goodLinesArePublishedAndBadOnesReported() {
    byte[] file = bytes(HEADER + order(1) + "\nnonsense\n" + order(2).replace("eu", "mars"));
    Upload upload = uploads.open("f", file.length);
    intake.receive(upload, 0, stream(file));
    Status status = upload.status();
    assertEquals(State.COMPLETE, status.state());
    assertEquals(List.of("o-1"), published.ids());
    assertEquals(5, status.confirmedLine());
    assertEquals(file.length, status.confirmedByte());
    assertEquals(1, status.published());
    assertEquals(List.of(3L, 4L, 5L), status.bad().stream().map(Problem::line).toList());
    assertEquals("region", status.bad().get(2).field());
  }

  @Test
  void aLineWithSeveralWrongFieldsIsOneEntry() {
    Upload upload = uploads.open("f", Upload.UNKNOWN_SIZE);
    intake.receive(upload, 0, stream(bytes(HEADER + "o-1,mars,fast,Ada,pencil,0,x\n")));
    Problem problem = upload.status().bad().get(0);
    assertEquals("region, speed, quantity, amount", problem.field());
    assertEquals(1, upload.status().badCount());
  }

  @Test
  void aBrokenUploadGoesOnAtItsLastConfirmedLine() {
    byte[] file = OrderFile.bytes(7, 2_600);
    Upload upload = uploads.open("f", file.length);
    InputStream broken =
        new SequenceInputStream(stream(Arrays.copyOf(file, 120_000)), new Breaking());
    DeskException refusal =
        assertThrows(DeskException.class, () -> intake.receive(upload, 0, broken));
    Status half = upload.status();
    assertEquals(400, refusal.status());
    assertTrue(refusal.action().contains("from byte " + half.confirmedByte()), refusal.action());
    assertEquals(State.WAITING, half.state());
    assertEquals(0, half.confirmedLine() % Limits.CHUNK_LINES);
    assertTrue(half.confirmedLine() > 0);
    assertEquals('\n', file[(int) half.confirmedByte() - 1]);

    intake.receive(upload, half.confirmedByte(), stream(rest(file, half.confirmedByte())));
    assertEquals(State.COMPLETE, upload.status().state());
    assertEquals(whole(file), published.ids());
  }

  @Test
  void slicesCutAnywhereMakeTheSameOrders() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] file = OrderFile.bytes(seed, 1_500);
    Upload upload = uploads.open("f", file.length);
    while (upload.status().state() != State.COMPLETE) {
      int from = (int) upload.status().confirmedByte();
      int to = Math.min(file.length, from + 6_000 + random.nextInt(30_000));
      intake.receive(upload, from, stream(Arrays.copyOfRange(file, from, to)));
    }
    assertEquals(whole(file), published.ids(), "seed " + seed);
    assertEquals(1_501, upload.status().confirmedLine(), "seed " + seed);
  }

  @Test
  void aChunkThatFailedIsNotConfirmedAndCanBeSentAgain() {
    byte[] file = OrderFile.bytes(3, 1_200);
    Upload upload = uploads.open("f", file.length);
    published.failAtChunk = 2;
    assertThrows(DeskException.class, () -> intake.receive(upload, 0, stream(file)));
    assertEquals(Limits.CHUNK_LINES, upload.status().confirmedLine());
    long from = upload.status().confirmedByte();
    intake.receive(upload, from, stream(rest(file, from)));
    assertEquals(whole(file), published.ids());
  }

  @Test
  void anotherOffsetThanTheConfirmedOneIsRefused() {
    byte[] file = bytes(HEADER + order(1));
    Upload upload = uploads.open("f", file.length);
    DeskException refusal =
        assertThrows(DeskException.class, () -> intake.receive(upload, 5, stream(file)));
    assertEquals(409, refusal.status());
    assertTrue(refusal.action().contains("offset 0"), refusal.action());
    assertEquals(State.WAITING, upload.status().state());
  }

  @Test
  void aCompleteUploadTakesNoMore() {
    byte[] file = bytes(HEADER + order(1));
    Upload upload = uploads.open("f", file.length);
    intake.receive(upload, 0, stream(file));
    DeskException refusal =
        assertThrows(DeskException.class, () -> intake.receive(upload, file.length, stream(file)));
    assertEquals(409, refusal.status());
    assertEquals(List.of("o-1"), published.ids());
  }

  @Test
  void twoRequestsAtOnceAreRefused() {
    byte[] file = bytes(HEADER + order(1) + order(2));
    Upload upload = uploads.open("f", file.length);
    published.whilePublishing =
        () -> {
          DeskException refusal =
              assertThrows(DeskException.class, () -> intake.receive(upload, 0, stream(file)));
          assertEquals(409, refusal.status());
        };
    intake.receive(upload, 0, stream(file));
    assertEquals(List.of("o-1", "o-2"), published.ids());
  }

  @Test
  void anotherHeaderRefusesTheFileAndPublishesNothing() {
    Upload upload = uploads.open("f", Upload.UNKNOWN_SIZE);
    DeskException refusal =
        assertThrows(DeskException.class, () -> intake.receive(upload, 0, stream(bytes(order(1)))));
    assertEquals(422, refusal.status());
    assertEquals(1, refusal.problems().get(0).line());
    assertEquals(State.REFUSED, upload.status().state());
    assertEquals(List.of(), published.ids());
  }

  @Test
  void anEmptyFileIsRefused() {
    Upload upload = uploads.open("f", 0);
    DeskException refusal =
        assertThrows(DeskException.class, () -> intake.receive(upload, 0, stream(new byte[0])));
    assertEquals("the file is empty", refusal.getMessage());
  }

  @Test
  void aLastLineWithoutItsEndWaitsForTheRest() {
    byte[] file = bytes(HEADER + order(1) + order(2));
    int cut = file.length - 4;
    Upload upload = uploads.open("f", file.length);
    intake.receive(upload, 0, stream(Arrays.copyOf(file, cut)));
    assertEquals(List.of("o-1"), published.ids());
    assertEquals(State.WAITING, upload.status().state());
    long from = upload.status().confirmedByte();
    intake.receive(upload, from, stream(rest(file, from)));
    assertEquals(List.of("o-1", "o-2"), published.ids());
  }

  @Test
  void moreBytesThanAnnouncedAreRefused() {
    byte[] file = bytes(HEADER + order(1) + order(2));
    Upload upload = uploads.open("f", file.length - 10);
    DeskException refusal =
        assertThrows(DeskException.class, () -> intake.receive(upload, 0, stream(file)));
    assertEquals(400, refusal.status());
    assertEquals(List.of(), published.ids());
  }

  @Test
  void aFileOverTheLimitIsRefusedAtOnceWithTheLimit() {
    DeskException refusal =
        assertThrows(DeskException.class, () -> uploads.open("f", Limits.UPLOAD_BYTES + 1));
    assertEquals(413, refusal.status());
    assertTrue(refusal.getMessage().contains(Long.toString(Limits.UPLOAD_BYTES)));
  }

  @Test
  void theReportIsBoundedAndTheCountIsNot() {
    String bad = "x\n".repeat(Limits.REPORTED_BAD_LINES + 50);
    Upload upload = uploads.open("f", Upload.UNKNOWN_SIZE);
    intake.receive(upload, 0, stream(bytes(HEADER + bad)));
    assertEquals(Limits.REPORTED_BAD_LINES, upload.status().bad().size());
    assertEquals(Limits.REPORTED_BAD_LINES + 50, upload.status().badCount());
  }

  @Test
  void theOldestUploadMakesRoom() {
    String first = uploads.open("first", 1).id();
    for (int i = 0; i < Limits.UPLOADS; i++) {
      uploads.open("later " + i, 1);
    }
    assertEquals(Limits.UPLOADS, uploads.newestFirst().size());
    assertEquals("later " + (Limits.UPLOADS - 1), uploads.newestFirst().get(0).name());
    DeskException unknown = assertThrows(DeskException.class, () -> uploads.get(first));
    assertEquals(404, unknown.status());
  }

  private static List<String> whole(byte[] file) {
    Published channel = new Published();
    UploadStore other = new UploadTable(TestDatabase.fresh());
    Upload upload = new Uploads(other).open("whole", file.length);
    new UploadIntake(new ChunkPublisher(channel, other), other).receive(upload, 0, stream(file));
    return channel.ids();
  }

  private static String order(int number) {
    return "o-" + number + ",eu,standard,Ada,pencil,3,13.50\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] rest(byte[] file, long from) {
    return Arrays.copyOfRange(file, (int) from, file.length);
  }

  private static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  /** A channel that keeps what it is given, in memory; a chunk can be made to fail. */
  private static final class Published implements OrderChannel {
    private final List<Order> orders = new ArrayList<>();
    private int chunks;
    private int failAtChunk;
    private Runnable whilePublishing = () -> {};

    @Override
    public void publish(String run, List<Order> chunk) {
      chunks++;
      whilePublishing.run();
      if (chunks == failAtChunk) {
        throw new DeskException(503, "the broker is away", "try again");
      }
      orders.addAll(chunk);
    }

    List<String> ids() {
      return orders.stream().map(Order::id).toList();
    }
  }

  /** The connection breaks. */
  private static final class Breaking extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("connection reset");
    }
  }
}
