package io.bindery.sample.orders;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes the bundled file of orders from a seed: mostly good lines, some odd but right (UTF-8,
 * quotes, CRLF), some bad in every way that the desk reports, some orders twice, and some poison.
 * The same seed gives the same bytes.
 */
public final class OrderFile {
  /** The seed of the bundled file. */
  public static final long SEED = 20_240_229L;

  /** The lines behind the header of the bundled file. */
  public static final int LINES = 12_000;

  private static final int POISON_EVERY = 331;
  private static final int DUPLICATE_EVERY = 293;
  private static final int BAD_EVERY = 61;
  private static final int CRLF_EVERY = 97;
  private static final int FIRST_ODD_LINE = 40;

  private static final List<String> REGIONS = List.of("eu", "eu", "us", "us", "asia");
  private static final List<String> ITEMS =
      List.of(
          "notebook",
          "pencil",
          "fountain pen",
          "desk lamp",
          "standing desk",
          "office chair",
          "\"paper, 500 sheets\"",
          "stapler");
  private static final List<String> CUSTOMERS =
      List.of(
          "Ada Lovelace",
          "Grace Hopper",
          "Zoë Müller",
          "François Côté",
          "山田 花子",
          "Łukasz Żak",
          "Ελένη Παππά",
          "\"Smith, Jones & Sons\"",
          "\"The \"\"Blue\"\" Shop\"",
          "O'Neill Ltd",
          "<b>Bold & Co</b>",
          "李小龍",
          "Ünal Öztürk",
          "Maria da Silva");

  private final Random random;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private OrderFile(long seed) {
    this.random = new Random(seed);
  }

  /** Writes the bundled file; the argument is where. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments.length > 0 ? arguments[0] : "src/main/webapp/orders.csv");
    Files.write(file, bytes(SEED, LINES));
  }

  /** The bytes of a file with this many lines behind the header. */
  public static byte[] bytes(long seed, int lines) {
    OrderFile file = new OrderFile(seed);
    file.line("id,region,speed,customer,item,quantity,amount", 1);
    String last = "";
    for (int number = 2; number <= lines + 1; number++) {
      boolean odd = number > FIRST_ODD_LINE;
      if (odd && number % BAD_EVERY == 0) {
        file.bad(number);
      } else if (odd && number % DUPLICATE_EVERY == 0) {
        file.line(last, number);
      } else {
        last = file.order(number, odd && number % POISON_EVERY == 0);
        file.line(last, number);
      }
    }
    return file.out.toByteArray();
  }

  private String order(int number, boolean poison) {
    String item = poison ? "poison" : pick(ITEMS);
    int quantity = 1 + random.nextInt(random.nextInt(20) == 0 ? 200 : 12);
    BigDecimal amount =
        BigDecimal.valueOf(80 + random.nextInt(30_000), 2).multiply(BigDecimal.valueOf(quantity));
    return String.join(
        ",",
        id(number),
        pick(REGIONS),
        random.nextInt(5) == 0 ? "express" : "standard",
        pick(CUSTOMERS),
        item,
        Integer.toString(quantity),
        amount.toPlainString());
  }

  private void bad(int number) {
    String good = id(number);
    switch (number / BAD_EVERY % 14) {
      case 0 -> line("", number);
      case 1 -> line(good + ",eu,standard,Ada Lovelace,notebook,3", number);
      case 2 -> line(good + ",eu,standard,Ada Lovelace,notebook,3,13.50,gift", number);
      case 3 -> line(good + ",mars,standard,Ada Lovelace,notebook,3,13.50", number);
      case 4 -> line(good + ",us,overnight,Ada Lovelace,notebook,3,13.50", number);
      case 5 -> line(good + ",us,express,Ada Lovelace,notebook,3,\"13,50\"", number);
      case 6 -> line(good + ",us,express,Ada Lovelace,notebook,3,-13.50", number);
      case 7 -> line(good + ",asia,express,Ada Lovelace,notebook,1e3,13.50", number);
      case 8 -> line(good + ",asia,express,\"Ada Lovelace,notebook,3,13.50", number);
      case 9 -> line(good + ",eu,standard," + "x".repeat(5_000) + ",notebook,3,13.50", number);
      case 10 -> line("../" + good + ",eu,standard,Ada Lovelace,notebook,3,13.50", number);
      case 11 -> line(good + ",eu,standard,,notebook,0,free", number);
      case 12 -> line(good + ",eu,standard,\"Ada\" Lovelace,notebook,3,13.50", number);
      default -> notUtf8(good);
    }
  }

  private void notUtf8(String id) {
    out.writeBytes((id + ",eu,standard,Fran").getBytes(StandardCharsets.US_ASCII));
    out.write(0xE7); // a c with cedilla in Latin-1
    out.writeBytes("ois,notebook,3,13.50\n".getBytes(StandardCharsets.US_ASCII));
  }

  private void line(String text, int number) {
    String end = number % CRLF_EVERY == 0 ? "\r\n" : "\n";
    out.writeBytes((text + end).getBytes(StandardCharsets.UTF_8));
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static String id(int number) {
    return String.format(Locale.ROOT, "o-%06d", number);
  }
}
