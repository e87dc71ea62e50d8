package io.bindery.broker.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bindery.broker.store.RandomValues;
import io.bindery.broker.store.Same;
import io.bindery.broker.store.Store.StoredMessage;
import io.bindery.broker.store.StoredEntry;
import io.bindery.engine.json.JsonException;
import io.bindery.engine.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A message as a line, and back. */
class MessageJsonTest {
  private static final StoredEntry ENTRY = new StoredEntry(4, 1, 1, 3, 2);

  @Test
  void everyMessageComesBackAsItWas() throws JsonException {
    long seed = Long.getLong("bindery.seed", new Random().nextLong());
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

  @Test
  void jsonIsReadAsOthersWriteIt() throws JsonException {
    assertEquals(
        "{\"a\":[1.5E+3,true,null,\"/\u00e9\\n\"],\"b\":{}}",
        JsonWriter.write(
            JsonReader.read(
                " { \"a\" : [ 1.5E+3 , true , null , \"\\/\\u00E9\\n\" ] ,\t\"b\":{ } } ")));
  }
}
