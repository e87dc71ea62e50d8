package io.bindery.broker.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.journal.JournalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.AmqpMessage;
import io.bindery.engine.Body;
import io.bindery.engine.Delivery;
import io.bindery.engine.QueueSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages of a queue in a file, and from there into a queue again. */
class ExportImportTest extends StoreFixture {
  private static final String HEAD =
      "{\"format\":\"bindery-messages\",\"version\":1,\"queue\":\"orders\"}\n";

  private Path file() {
    return directory.resolve("orders.jsonl");
  }

  private List<String> exported(String queue) {
    assertRuns(0, "export", store().toString(), "--queue", queue);
    return out().lines().skip(1).toList();
  }

  private List<Delivery> drain(String queue) throws AmqpException {
    List<Delivery> all = new ArrayList<>();
    for (Delivery next = channel.get(queue, "").await();
        next != null;
        next = channel.get(queue, "").await()) {
      all.add(next);
    }
    return all;
  }

  private static List<String> ids(List<Delivery> deliveries) {
    return deliveries.stream().map(each -> each.message().messageId()).toList();
  }

  @Test
  void aFileHoldsTheMessagesInTheirOrderAndTheQueueKeepsThem()
      throws AmqpException, IOException, JournalException {
    closed();
    assertRuns(0, "export", store().toString(), "--queue", "orders", file().toString());
    assertErr("389 messages of queue 'orders' in " + file(), "1 more are taken by prepared");
    List<String> lines = Files.readAllLines(file());
    assertEquals(
        "{\"format\":\"bindery-messages\",\"version\":1,\"virtualHost\":\"/\",\"queue\":\"orders\","
            + "\"defaults\":\"jms\",\"arguments\":{}}",
        lines.get(0));
    assertEquals(390, lines.size());
    start(store());
    List<Delivery> all = drain("orders");
    assertEquals(389, all.size());
    for (int i = 0; i < all.size(); i++) {
      assertTrue(lines.get(i + 1).contains("\"" + all.get(i).message().messageId() + "\""));
    }
  }

  @Test
  void whatIsExportedIsImportedAgainIntoAQueueThatIsMade()
      throws AmqpException, IOException, JournalException {
    closed();
    assertRuns(0, "export", store().toString(), "--queue", "orders", file().toString());
    List<String> before = exported("orders");
    assertRuns(1, "import", store().toString(), "--queue", "copy", file().toString());
    assertErr("There is no queue 'copy'", "'bills', 'sub/me/news'", "--create");
    assertRuns(0, "import", store().toString(), "--queue=copy", file().toString(), "--create");
    assertErr("389 messages are in queue 'copy' now");
    assertEquals(before, exported("copy"));
    assertEquals(before, exported("orders"));
    assertRuns(0, "verify", store().toString());
    start(store());
    assertEquals(ids(drain("orders")), ids(drain("copy")));
    assertTrue(channel.declareQueue(QueueSpec.jms("copy")).failure() == null, "as JMS made it");
  }

  @Test
  void whatIsImportedComesBehindWhatIsThereAndIsNotRedelivered()
      throws AmqpException, IOException, JournalException {
    fill();
    send("bills", message("first"));
    assertNotNull(channel.get("bills", "").await(), "delivered, and so marked");
    Path crashed = directory.resolve("crashed");
    durable.checkpoint();
    copy(store(), crashed);
    Files.writeString(
        file(),
        HEAD
            + "\n"
            + "{\"body\":{\"text\":\"second\"}}\r\n"
            + "{\"body\":{\"bytes\":\"AQI=\"},\"persistent\":false}");
    assertRuns(0, "import", crashed.toString(), "--queue", "bills", file().toString());
    assertErr("2 messages are in queue 'bills' now");
    broker.close();
    start(crashed);
    List<Delivery> all = drain("bills");
    assertEquals(3, all.size());
    assertTrue(all.get(0).redelivered());
    assertEquals(new Body.Text("second"), all.get(1).message().body());
    assertEquals("bills", all.get(1).route().routingKey());
    assertTrue(all.get(1).message().persistent());
    assertFalse(all.get(1).redelivered());
    assertFalse(all.get(2).message().persistent());
    assertEquals(2, all.get(2).message().body().sizeBytes());
  }

  @Test
  void prioritiesAndDelaysCount() throws AmqpException, IOException, JournalException {
    closed();
    Files.writeString(
        file(),
        HEAD
            + "{\"messageId\":\"low\",\"priority\":1}\n"
            + "{\"messageId\":\"never\",\"deliverAt\":\"2999-01-01T00:00:00Z\"}\n"
            + "{\"messageId\":\"gone\",\"expiresAt\":\"2001-01-01T00:00:00Z\"}\n"
            + "{\"messageId\":\"high\",\"priority\":9}\n");
    assertRuns(0, "import", store().toString(), "--queue", "bills", file().toString());
    assertEquals(4, exported("bills").size());
    start(store());
    assertEquals(List.of("high", "low"), ids(drain("bills")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"body\":{\"text\":\"x\"}|line 3: column 21: the text ends too early",
        "nonsense|line 3: column 1: 'nonsense' is no value",
        "[]|line 3: a message is an object",
        "{\"colour\":\"red\"}|line 3: a message has no 'colour'",
        "{\"priority\":256}|line 3: priority is not a number from 0 to 255",
        "{\"persistent\":\"yes\"}|line 3: persistent is neither true nor false",
        "{\"timestamp\":\"today\"}|line 3: timestamp: 'today' is no time like 2026-",
        "{\"headers\":{\"n\":7}}|line 3: headers.n is neither a string",
        "{\"headers\":{\"n\":{\"int\":2147483648}}}|headers.n.int: '2147483648' is no int",
        "{\"headers\":{\"n\":{\"number\":1}}}|there is no type 'number'; there are byte, short",
        "{\"headers\":{\"a\":null,\"a\":null}}|line 3: column 22: 'a' is there twice",
        "{\"body\":{\"bytes\":\"?\"}}|line 3: body.bytes is not Base64",
        "{\"body\":{\"json\":\"?\"}}|line 3: there is no body of kind 'json'; there are text, bytes"
      })
  void aBadLineIsNamedAndNothingIsImported(String line, String message)
      throws AmqpException, IOException, JournalException {
    closed();
    Files.writeString(file(), HEAD + "{\"messageId\":\"good\"}\n" + line + "\n");
    assertRuns(1, "import", store().toString(), "--queue", "bills", file().toString());
    assertErr("Nothing is imported: " + file(), message);
    assertEquals(List.of(), exported("bills"));
    assertRuns(0, "verify", store().toString());
    start(store());
    assertNull(channel.get("bills", "").await());
  }

  @Test
  void aFileThatIsNoneIsRefused() throws AmqpException, IOException, JournalException {
    closed();
    String path = store().toString();
    assertRuns(1, "import", path, "--queue", "bills", file().toString());
    assertErr("Nothing is imported", file().toString());
    Files.writeString(file(), "");
    assertRuns(1, "import", path, "--queue", "bills", file().toString());
    assertErr("the file is empty");
    Files.writeString(file(), "{\"body\":{\"text\":\"x\"}}");
    assertRuns(1, "import", path, "--queue", "bills", file().toString());
    assertErr("line 1: this is no file of messages");
    Files.writeString(file(), "{\"format\":\"bindery-messages\",\"version\":2,\"queue\":\"q\"}");
    assertRuns(1, "import", path, "--queue", "bills", file().toString());
    assertErr("line 1: the file is of another version, and this program reads version 1");
    Files.write(file(), (HEAD + "\u00e9").getBytes(StandardCharsets.ISO_8859_1));
    assertRuns(1, "import", path, "--queue", "bills", file().toString());
    assertErr("this is no UTF-8");
    assertRuns(
        1, "import", path, "--queue", "q", "--vhost", "other", "--create", file().toString());
  }

  @Test
  void aFileIsNotOverwritten() throws AmqpException, IOException, JournalException {
    closed();
    Files.writeString(file(), "mine");
    assertRuns(1, "export", store().toString(), "--queue", "orders", file().toString());
    assertErr(file() + " cannot be written: it is there already");
    assertEquals("mine", Files.readString(file()));
    assertRuns(1, "export", store().toString(), "--queue", "order");
    assertErr("There is no queue 'order' in virtual host '/'; there are 'orders', 'bills'");
    assertRuns(1, "export", store().toString(), "--queue", "orders", "--vhost", "x");
    assertErr("in virtual host 'x', and no other");
  }

  @Test
  void aFileThatCannotBeSaysWhy() throws AmqpException, IOException, JournalException {
    closed();
    String path = store().toString();
    Path nowhere = directory.resolve("nowhere");
    assertRuns(1, "export", path, "--queue", "orders", nowhere.resolve("o").toString());
    assertErr("there is no directory " + nowhere);
    assertRuns(1, "import", path, "--queue", "orders", nowhere.toString());
    assertErr("Nothing is imported: the file cannot be read: " + nowhere + ": it is not there");
    Files.writeString(
        file(), "{\"format\":\"bindery-messages\",\"version\":1,\"queue\":\"orders\"}\n");
    assertRuns(1, "import", path, "--queue", "q", "--vhost", "x", "--create", file().toString());
    assertErr("There is no virtual host 'x'; there are [/]");
  }

  @Test
  void whatIsDamagedIsLeftOutAndSaid() throws AmqpException, IOException, JournalException {
    closed();
    Path segment = files(store(), "journal-").get(0);
    byte[] bytes = Files.readAllBytes(segment);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("order 30 x");
    bytes[at] ^= 1;
    Files.write(segment, bytes);
    assertRuns(3, "export", store().toString(), "--queue", "orders", file().toString());
    assertErr("DAMAGED", segment.getFileName().toString(), "1 more are damaged, and left out");
    assertEquals(389, Files.readAllLines(file()).size(), "the head, and one message less");
  }

  @Test
  void aMessageOfEachKindComesBackAsItWas() throws AmqpException, IOException, JournalException {
    start(store());
    channel.declareQueue(QueueSpec.durable("q", Map.of("x-max-priority", 5))).await();
    List<Body> bodies =
        List.of(
            Body.EMPTY,
            new Body.Text("tab\t\"quoted\" \u2028 \ud83d\ude00 and half \ud83d"),
            new Body.Table(Map.of("f", 1.5f)),
            new Body.Sequence(List.of((byte) 1, "two", 3L)));
    for (Body body : bodies) {
      send("q", AmqpMessage.builder().persistent(true).body(body).build());
    }
    broker.close();
    List<String> before = exported("q");
    assertRuns(0, "export", store().toString(), "--queue", "q", file().toString());
    String other = directory.resolve("other").toString();
    start(Path.of(other));
    broker.close();
    assertRuns(0, "import", other, "--create", "--queue", "q", file().toString());
    assertRuns(0, "export", other, "--queue", "q");
    assertEquals(before, out().lines().skip(1).toList());
    start(Path.of(other));
    assertEquals(4, drain("q").size());
    assertTrue(
        channel.declareQueue(QueueSpec.durable("q", Map.of("x-max-priority", 5))).failure()
            == null);
  }
}
