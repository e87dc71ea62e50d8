package io.bindery.server.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** What is wrong with a text that should be JSON: where, and without any of the text itself. */
public final class JsonFailure {
  /** The text that is none: it may be a password. */
  private static final Pattern WHAT_CAME = Pattern.compile("(?s) '.*'(?=: was expecting)");

  /** The parser's own way to tell of a place. */
  private static final Pattern PLACE =
      Pattern.compile("\\[Source: [^;\\]]*; line: (\\d+), column: (\\d+)\\]");

  private JsonFailure() {}

  /** The line, the column and what is wrong there, for people. */
  public static String of(JsonProcessingException e) {
    String what = WHAT_CAME.matcher(e.getOriginalMessage()).replaceAll("");
    return "line "
        + e.getLocation().getLineNr()
        + ", column "
        + e.getLocation().getColumnNr()
        + ": "
        + PLACE.matcher(what).replaceAll("line $1, column $2");
  }
}
