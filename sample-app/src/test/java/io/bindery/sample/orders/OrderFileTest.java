package io.bindery.sample.orders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OrderFileTest {
  @Test
  void theBundledFileIsWhatItsSeedMakes() throws IOException {
    byte[] bundled = Files.readAllBytes(Path.of("src/main/webapp/orders.csv"));
    assertArrayEquals(OrderFile.bytes(OrderFile.SEED, OrderFile.LINES), bundled);
  }

  @Test
  void itHasTenThousandLinesAndSomeDozensOfPoison() {
    String text = bundledText();
    long lines = text.chars().filter(c -> c == '\n').count();
    long poison = Arrays.stream(text.split("\n")).filter(line -> line.contains(",poison,")).count();
    assertTrue(lines > 10_000, "lines: " + lines);
    assertTrue(poison >= 24 && poison <= 60, "poison: " + poison);
  }

  @Test
  void anotherSeedMakesAnotherFile() {
    byte[] one = OrderFile.bytes(OrderFile.SEED, 100);
    assertArrayEquals(one, OrderFile.bytes(OrderFile.SEED, 100));
    assertFalse(Arrays.equals(one, OrderFile.bytes(OrderFile.SEED + 1, 100)));
  }

  private static String bundledText() {
    return new String(OrderFile.bytes(OrderFile.SEED, OrderFile.LINES), StandardCharsets.UTF_8);
  }
}
