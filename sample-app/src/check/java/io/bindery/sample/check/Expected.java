package io.bindery.sample.check;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What must come of a file, read by rules written down here a second time. */
public final class Expected {
  private final Map<String, Map<String, Integer>> beans = new LinkedHashMap<>();
  private final Map<String, Integer> poison = new TreeMap<>();
  private final Set<Integer> bad = new TreeSet<>();
  private int published;

  /** What must come of this file. */
  public static Expected of(byte[] file) {
    Expected expected = new Expected();
    for (String bean :
        List.of("billing", "shipping-eu", "shipping-us", "shipping-asia", "express", "audit")) {
      expected.beans.put(bean, new TreeMap<>());
    }
    int lineNumber = 0;
    int start = 0;
    while (start < file.length) {
      int end = start;
      while (end < file.length && file[end] != '\n') {
        end++;
      }
      lineNumber++;
      int last = end > start && file[end - 1] == '\r' ? end - 1 : end;
      if (lineNumber > 1) {
        expected.line(lineNumber, Arrays.copyOfRange(file, start, last));
      }
      start = end + 1;
    }
    return expected;
  }

  /** For each bean how often it does which order; without what billing cannot do. */
  public Map<String, Map<String, Integer>> beans() {
    return beans;
  }

  /** How often which order goes to billing's dead letters. */
  public Map<String, Integer> poison() {
    return poison;
  }

  /** The numbers of the bad lines. */
  public Set<Integer> bad() {
    return bad;
  }

  /** How many orders are published. */
  public int published() {
    return published;
  }

  private void line(int lineNumber, byte[] bytes) {
    String[] f = good(bytes);
    if (f == null) {
      bad.add(lineNumber);
      return;
    }
    published++;
    boolean isPoison = f[4].equals("poison");
    (isPoison ? poison : beans.get("billing")).merge(f[0], 1, Integer::sum);
    count("shipping-" + f[1], f[0], true);
    count("express", f[0], f[2].equals("express"));
    count("audit", f[0], Double.parseDouble(f[6]) > 1000);
  }

  private void count(String bean, String id, boolean its) {
    if (its) {
      beans.get(bean).merge(id, 1, Integer::sum);
    }
  }

  private static String[] good(byte[] bytes) {
    String[] f = bytes.length > 4096 ? null : fields(bytes);
    if (f == null || f.length != 7) {
      return null;
    }
    List<Predicate<String>> rules =
        List.of(
            id -> id.matches("[A-Za-z0-9][-A-Za-z0-9._]{0,39}"),
            region -> Set.of("eu", "us", "asia").contains(region),
            speed -> Set.of("standard", "express").contains(speed),
            customer -> !customer.isBlank() && customer.length() <= 100,
            item -> !item.isBlank() && item.length() <= 60,
            quantity -> quantity.matches("\\d{1,4}") && in(quantity, 1, 1000),
            amount -> amount.matches("\\d{1,7}(\\.\\d\\d?)?") && in(amount, 0.01, 1_000_000));
    for (int i = 0; i < f.length; i++) {
      if (!rules.get(i).test(f[i])) {
        return null;
      }
    }
    return f;
  }

  private static boolean in(String number, double least, double most) {
    return Double.parseDouble(number) >= least && Double.parseDouble(number) <= most;
  }

  private static String[] fields(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (at <= text.length()) {
      StringBuilder field = new StringBuilder();
      if (at < text.length() && text.charAt(at) == '"') {
        at = quoted(text, at + 1, field);
        if (at < 0 || at < text.length() && text.charAt(at) != ',') {
          return null;
        }
      } else {
        int comma = text.indexOf(',', at);
        int end = comma < 0 ? text.length() : comma;
        field.append(text, at, end);
        at = end;
      }
      fields.add(field.toString());
      at++;
    }
    return fields.toArray(String[]::new);
  }

  private static int quoted(String text, int from, StringBuilder field) {
    int at = from;
    while (at < text.length()) {
      boolean quote = text.charAt(at) == '"';
      if (quote && !text.startsWith("\"\"", at)) {
        return at + 1;
      }
      field.append(text.charAt(at));
      at += quote ? 2 : 1;
    }
    return -1;
  }
}
