package io.bindery.server.http;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The paths that there are. What is none is told so before anything looks at a part of it: a
 * surplus part must not turn into something that is done to what the rest names.
 */
final class KnownPaths {
  /** Behind {@code /api}; {@code *} stands for any name. */
  static final List<List<String>> ALL =
      Stream.of(
              "overview",
              "whoami",
              "definitions",
              "users",
              "users/*",
              "users/*/permissions",
              "users/*/topic-permissions",
              "vhosts",
              "vhosts/*",
              "vhosts/*/permissions",
              "vhosts/*/topic-permissions",
              "vhosts/*/connections",
              "permissions",
              "permissions/*",
              "permissions/*/*",
              "topic-permissions",
              "topic-permissions/*",
              "topic-permissions/*/*",
              "exchanges",
              "exchanges/*",
              "exchanges/*/*",
              "exchanges/*/*/publish",
              "exchanges/*/*/bindings",
              "exchanges/*/*/bindings/source",
              "exchanges/*/*/bindings/destination",
              "queues",
              "queues/*",
              "queues/*/*",
              "queues/*/*/contents",
              "queues/*/*/get",
              "queues/*/*/bindings",
              "bindings",
              "bindings/*",
              "bindings/*/e/*/q/*",
              "bindings/*/e/*/q/*/*",
              "bindings/*/e/*/e/*",
              "bindings/*/e/*/e/*/*",
              "consumers",
              "consumers/*",
              "connections",
              "connections/*",
              "connections/username/*")
          .map(path -> List.of(path.split("/")))
          .toList();

  private KnownPaths() {}

  /** Fails with 404 when there is no such path. */
  static void check(Request request) throws Refusal {
    if (!request.part(0).equals("api")) {
      throw Refusal.notFound("All paths begin with /api or /health");
    }
    if (ALL.stream().noneMatch(known -> isOf(request, known))) {
      throw Refusal.notFound("There is no " + request.path());
    }
  }

  private static boolean isOf(Request request, List<String> known) {
    return request.length() == known.size() + 1
        && IntStream.range(0, known.size())
            .allMatch(i -> known.get(i).equals("*") || known.get(i).equals(request.part(i + 1)));
  }
}
