package io.bindery.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bindery.server.ServerFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the bodies of requests must say: RabbitMQ guesses nothing either. */
class ManagementBodiesTest extends ServerFixture {
  private static final String GET = "/api/queues/%2F/q/get";
  private static final String PUBLISH = "/api/exchanges/%2F/amq.default/publish";

  private HttpResponse<String> http(String method, String path, String body)
      throws IOException, InterruptedException {
    byte[] credentials = "guest:guest".getBytes(StandardCharsets.UTF_8);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .build(),
            BodyHandlers.ofString());
  }

  private JsonNode answer(int status, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = http(method, path, body);
    assertEquals(status, answer.statusCode(), body + ": " + answer.body());
    return new ObjectMapper().readTree(answer.body());
  }

  /** Each body is refused, with a reason that begins so. */
  private void refused(String method, String path, Map<String, String> reasons)
      throws IOException, InterruptedException {
    for (Map.Entry<String, String> each : reasons.entrySet()) {
      JsonNode answer = answer(400, method, path, each.getKey());
      assertEquals("bad_request", answer.path("error").asText());
      String reason = answer.path("reason").asText();
      assertTrue(reason.startsWith(each.getValue()), each.getKey() + ": " + reason);
    }
  }

  private void makeQueue() throws IOException, InterruptedException {
    assertEquals(201, http("PUT", "/api/queues/%2F/q", "{}").statusCode());
  }

  @Test
  void whatIsGotIsSaid() throws IOException, InterruptedException {
    makeQueue();
    refused(
        "POST",
        GET,
        Map.of(
            "", "key_missing: ackmode, count, encoding; the body must have",
            "{'count': 1, 'encoding': 'auto'}", "key_missing: ackmode;",
            "{'count': 1, 'ackmode': 'ack_requeue_true'}", "key_missing: encoding;",
            "{'ackmode': 'ack_requeue_true', 'encoding': 'auto'}", "key_missing: count;",
            "{'count': 1, 'ackmode': 'x', 'encoding': 'auto'}",
                "ackmode is 'x', but must be ack_requeue_true, ack_requeue_false,",
            "{'count': 1, 'ackmode': 'ack_requeue_true', 'encoding': 'x'}",
                "encoding is 'x', but must be auto or base64",
            "{'count': 'x', 'ackmode': 'ack_requeue_true', 'encoding': 'auto'}",
                "count is \"x\", but must be a whole number from 1 to 10000",
            "{'count': 1.5, 'ackmode': 'ack_requeue_true', 'encoding': 'auto'}", "count is 1.5,",
            "{'count': null, 'ackmode': 'ack_requeue_true', 'encoding': 'auto'}",
                "count is null,"));
  }

  @Test
  void whatIsPublishedIsSaid() throws IOException, InterruptedException {
    makeQueue();
    refused(
        "POST",
        PUBLISH,
        Map.of(
            "", "key_missing: routing_key, properties, payload, payload_encoding; the body must",
            "{'routing_key': 'q', 'payload': 'x', 'payload_encoding': 'string'}",
                "key_missing: properties;",
            "{'routing_key': 'q', 'payload': 'x', 'payload_encoding': 'x', 'properties': {}}",
                "payload_encoding is 'x', but must be string or base64",
            "{'routing_key': 'q', 'payload': null, 'payload_encoding': 'string', 'properties': {}}",
                "payload is null, but must be a text",
            "{'routing_key': 'q', 'payload': 'x', 'payload_encoding': 'string', 'properties': 'x'}",
                "properties are \"x\", but must be an object"));
    String got = "{'count': '5', 'ackmode': 'ack_requeue_true', 'encoding': 'auto'}";
    assertEquals(0, answer(200, "POST", GET, got).size());
  }

  @Test
  void aBodyComesAsItIsAskedFor() throws IOException, InterruptedException {
    makeQueue();
    answer(
        200,
        "POST",
        PUBLISH,
        "{'routing_key': 'q', 'payload': 'eA==', 'payload_encoding': 'base64', 'properties': []}");
    String get = "{'count': 1, 'ackmode': 'ack_requeue_true', 'encoding': 'ENCODING'}";
    JsonNode text = answer(200, "POST", GET, get.replace("ENCODING", "auto")).path(0);
    assertEquals("x", text.path("payload").asText(), text::toString);
    assertEquals("string", text.path("payload_encoding").asText());
    JsonNode base64 = answer(200, "POST", GET, get.replace("ENCODING", "base64")).path(0);
    assertEquals("eA==", base64.path("payload").asText(), base64::toString);
    assertEquals("base64", base64.path("payload_encoding").asText());
  }

  @Test
  void permissionsAreSaidAsAWhole() throws IOException, InterruptedException {
    refused(
        "PUT",
        "/api/permissions/%2F/guest",
        Map.of(
            "", "key_missing: configure, write, read; the body must have configure, write, read",
            "{'read': '.*'}", "key_missing: configure, write;",
            "{'configure': 1, 'write': '', 'read': ''}", "configure is 1, but must be a text"));
    refused(
        "PUT",
        "/api/topic-permissions/%2F/guest",
        Map.of(
            "{'read': '.*'}", "key_missing: exchange, write;",
            "{'exchange': 'x', 'write': '.*'}", "key_missing: read;"));
    assertEquals(0, answer(200, "GET", "/api/topic-permissions", "").size());
    assertEquals(
        ".*", answer(200, "GET", "/api/permissions/%2F/guest", "").path("configure").asText());
  }
}
