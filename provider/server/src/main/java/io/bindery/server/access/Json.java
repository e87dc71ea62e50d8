package io.bindery.server.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;

/** JSON without the library's mapper, which needs so many classes that a start feels it. */
final class Json {
  private static final JsonFactory FORM = new JsonFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  /**
   * Understands a text.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException where it is malformed
   */
  static JsonNode read(byte[] text) throws IOException {
    try (JsonParser in = FORM.createParser(text)) {
      JsonNode root = value(in, in.nextToken());
      if (in.nextToken() != null) {
        throw new JsonParseException(in, "there is more behind its end");
      }
      return root;
    }
  }

  private static JsonNode value(JsonParser in, JsonToken token) throws IOException {
    if (token == null) {
      throw new JsonParseException(in, "it ends too soon");
    }
    return switch (token) {
      case START_OBJECT -> object(in);
      case START_ARRAY -> array(in);
      case VALUE_STRING -> NODES.textNode(in.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NODES.numberNode(in.getDecimalValue());
      default -> throw new JsonParseException(in, token + " does not belong here");
    };
  }

  private static ObjectNode object(JsonParser in) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      object.set(name, value(in, in.nextToken()));
    }
    return object;
  }

  private static ArrayNode array(JsonParser in) throws IOException {
    ArrayNode array = NODES.arrayNode();
    for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
      array.add(value(in, next));
    }
    return array;
  }

  /** A text for people to read. */
  static byte[] write(JsonNode root) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator out = FORM.createGenerator(text)) {
      write(root, out.useDefaultPrettyPrinter());
    }
    return text.toByteArray();
  }

  private static void write(JsonNode node, JsonGenerator out) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        out.writeStartObject();
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
          String name = names.next();
          out.writeFieldName(name);
          write(node.get(name), out);
        }
        out.writeEndObject();
      }
      case ARRAY -> {
        out.writeStartArray();
        for (JsonNode each : node) {
          write(each, out);
        }
        out.writeEndArray();
      }
      case STRING -> out.writeString(node.textValue());
      case BOOLEAN -> out.writeBoolean(node.booleanValue());
      case NUMBER -> out.writeNumber(node.decimalValue());
      default -> out.writeNull();
    }
  }
}
