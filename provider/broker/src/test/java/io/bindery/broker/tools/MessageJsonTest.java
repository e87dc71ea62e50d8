package io.bindery.broker.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.broker.store.RandomValues;
import io.bindery.broker.store.Same;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.broker.store.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message as a line, and back. */
class MessageJsonTest {
  private static final StoredEntry ENTRY = new StoredEntry(4, 1, 1, 3, 2);

  @Test
  void everyMessageComesBackAsItWas() throws JsonException {
    long seed = new Random().nextLong();
    System.out.println("MessageJsonTest: seed " + seed);
    RandomValues values = new RandomValues(new Random(seed));
    for (int i = 0; i < 20_000; i++) {
      StoredMessage message = values.message();
      String line = MessageJson.write(ENTRY, message);
      assertFalse(line.chars().anyMatch(Character::isISOControl), line);
      String read = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      Same.messages(message, MessageJson.read(read, "q"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "{}x",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "[1,]",
        "[1 2]",
        "01",
        "1.",
        "+1",
        "NaN",
        "tru",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "{a:1}",
        "{\"a\":1,\"a\":2}",
        "'a'"
      })
  void whatIsNoJsonIsRefused(String text) {
    JsonException e = assertThrows(JsonException.class, () -> JsonReader.read(text));
    assertFalse(e.getMessage().isEmpty());
  }

  @Test
  void nestingHasALimit() {
    assertThrows(JsonException.class, () -> JsonReader.read("[".repeat(100_000)));
  }

  @Test
  void jsonIsReadAsOthersWriteIt() throws JsonException {
    assertEquals(
        "{\"a\":[1.5E+3,true,null,\"/\u00e9\\n\"],\"b\":{}}",
        JsonWriter.write(
            JsonReader.read(
                " { \"a\" : [ 1.5E+3 , true , null , \"\\/\\u00E9\\n\" ] ,\t\"b\":{ } } ")));
  }
}
