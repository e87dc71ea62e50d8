package io.bindery.itests.payara;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What an application sees of the resource adapter's archive. */
class ArchiveIT {
  private static final Path RAR = Path.of("target", "deploy", "bindery.rar");

  /** The classes in the archive's jars, and the texts that go with what others wrote. */
  private static List<String> entries() throws IOException {
    List<String> all = new ArrayList<>();
    try (ZipFile rar = new ZipFile(RAR.toFile())) {
      for (ZipEntry each : rar.stream().filter(one -> one.getName().endsWith(".jar")).toList()) {
        try (InputStream bytes = rar.getInputStream(each)) {
          all.addAll(names(new ZipInputStream(bytes)));
        }
      }
    }
    return all;
  }

  private static List<String> names(ZipInputStream jar) throws IOException {
    List<String> names = new ArrayList<>();
    for (ZipEntry each = jar.getNextEntry(); each != null; each = jar.getNextEntry()) {
      names.add(each.getName());
    }
    return names;
  }

  @Test
  void allClassesHaveNamesOfOurs() throws IOException {
    List<String> entries = entries();
    assertEquals(
        List.of(),
        entries.stream()
            .filter(each -> each.endsWith(".class") && !each.startsWith("io/bindery/"))
            .limit(5)
            .toList());
    assertTrue(
        entries.contains("io/bindery/rabbitmq/shaded/com/rabbitmq/client/ConnectionFactory.class"));
    assertTrue(entries.contains("META-INF/licenses/slf4j.txt"));
  }
}
