package io.bindery.amqp.server;

/** What a client says, as it may stand in a log: it stays in its line, and is not long. */
public final class LogText {
  private LogText() {}

  /** At most so many characters, all of which can be seen. */
  public static String line(String text, int most) {
    boolean whole = text.codePointCount(0, text.length()) <= most;
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(most)
        .map(each -> isSeen(each) ? each : '?')
        .forEach(line::appendCodePoint);
    return line.append(whole ? "" : "...").toString();
  }

  private static boolean isSeen(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
