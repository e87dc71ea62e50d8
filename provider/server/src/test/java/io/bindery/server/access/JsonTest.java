package io.bindery.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The same as the library's mapper understands, and writes. */
class JsonTest {
  private static final String ALL =
      "{\"a\":[1,-2.5,true,false,null,\"\\u00e9\\\"\\n\",{},[]],\"b\":{\"a\":\"\"},"
          + "\"c\":123456789012345678901234567890}";

  private static JsonNode read(String text) throws IOException {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatItReadsIsWhatTheMapperReads() throws IOException {
    assertEquals(new ObjectMapper().readTree(ALL).toString(), read(ALL).toString());
  }

  @Test
  void whatItWritesIsReadAsTheSame() throws IOException {
    JsonNode written = new ObjectMapper().readTree(Json.write(read(ALL)));
    assertEquals(new ObjectMapper().readTree(ALL), written);
  }

  @Test
  void whatIsMalformedIsSaidSo() {
    for (String wrong : new String[] {"", "{", "[1", "{\"a\":}", "{} {}", "{\"a\" 1}", "nothing"}) {
      assertThrows(JsonProcessingException.class, () -> read(wrong), wrong);
    }
  }
}
