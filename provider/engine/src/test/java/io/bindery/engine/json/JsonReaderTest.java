package io.bindery.engine.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.engine.json.JsonReader.Literal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is JSON, and what it says. */
class JsonReaderTest {
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
  void whatIsJsonIsRead() throws JsonException {
    assertEquals(
        Map.of("a", Arrays.asList(new Literal("1.5E+3"), true, null, "/\u00e9\n"), "b", Map.of()),
        JsonReader.read(" { \"a\" : [ 1.5E+3 , true , null , \"\\/\\u00E9\\n\" ] ,\t\"b\":{ } } "));
    assertEquals(List.of(), JsonReader.read("[]"));
  }
}
