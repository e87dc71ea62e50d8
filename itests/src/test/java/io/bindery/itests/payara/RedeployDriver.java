package io.bindery.itests.payara;

import fish.payara.micro.PayaraMicro;
import fish.payara.micro.PayaraMicroRuntime;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The program of {@link RedeployIT}: a Payara Micro in its own process, in which the resource
 * adapter and the order desk are deployed, used and undeployed again and again.
 *
 * <p>The leak detector: after an undeploy no class of the archive may be loaded any more, by the
 * JVM's own list of class loaders and classes ({@code VM.classloaders} of its diagnostic commands).
 * An object of ours that a root of the garbage collector reaches holds its class, and a class its
 * loader with all classes; so the list is empty only when no path is left. The JVM is started with
 * {@code -XX:SoftRefLRUPolicyMSPerMB=0}: what only soft references hold, such as the JDK's caches
 * of reflection, goes with a collection, unless it was used since the one before, and is no path.
 * So there are two at a time. Beside it there may be no thread and no MBean of ours.
 *
 * <p>Threads of the server's pools may hold something of ours until they have been idle for their
 * time, and on a busy machine that begins late. So it is no leak while classes or threads still go,
 * and one when nothing has gone for {@link #STILL_NS}.
 */
final class RedeployDriver {
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);

  /** More than twice the minute after which the pools of the JDK end an idle thread. */
  private static final long STILL_NS = TimeUnit.SECONDS.toNanos(150);

  private static final Pattern OURS = Pattern.compile("io\\.bindery\\.(engine|broker|jms|ra)\\..*");
  private static final Pattern DESK = Pattern.compile("io\\.bindery\\.sample\\..*");

  private final PayaraMicroRuntime server;
  private final File rar;
  private final File war;
  private final URI desk;
  private final HttpClient client = HttpClient.newHttpClient();

  private RedeployDriver(PayaraMicroRuntime server, List<String> arguments) {
    this.server = server;
    this.rar = new File(arguments.get(0));
    this.war = new File(arguments.get(1));
    this.desk = URI.create("http://127.0.0.1:" + arguments.get(2) + "/order-desk/api/");
  }

  /**
   * Runs; the exit code is 0 when nothing was left.
   *
   * @param arguments the two archives, the port, how often, and the options of the server
   */
  public static void main(String[] arguments) {
    List<String> all = List.of(arguments);
    int rounds = Integer.parseInt(all.get(3));
    int exit = 1;
    try {
      PayaraMicro.main(all.subList(4, all.size()).toArray(String[]::new));
      PayaraMicroRuntime server = PayaraMicro.getInstance().getRuntime();
      exit = new RedeployDriver(server, all).rounds(rounds) ? 0 : 1;
    } catch (Exception e) { // boundary: the program's own; its exit code says the rest
      e.printStackTrace();
    }
    Runtime.getRuntime().halt(exit);
  }

  private boolean rounds(int count) throws IOException, InterruptedException, JMException {
    int oneDesk = 0;
    for (int round = 1; round <= count; round++) {
      deploy(rar);
      // The application alone comes and goes while the adapter stays.
      for (int turn = 1; turn <= 2; turn++) {
        deploy(war);
        use("round-" + round + "-" + turn);
        oneDesk = Math.max(oneDesk, turn == 1 && round == 1 ? loaded(DESK).size() : 0);
        server.undeploy("order-desk");
      }
      server.undeploy("bindery");
      System.out.printf("round %d: deployed, used and undeployed%n", round);
    }
    return clean(oneDesk);
  }

  private void deploy(File archive) {
    if (!server.deploy(archive)) {
      throw new IllegalStateException(archive + " was not deployed");
    }
  }

  /** Sends good orders and a poisonous one, a price request, and the dead letter again. */
  private void use(String name) throws IOException, InterruptedException {
    until("the desk is ready", () -> get("state").contains("\"ready\":true"));
    StringBuilder orders = new StringBuilder("id,region,speed,customer,item,quantity,amount\n");
    for (int i = 0; i < 200; i++) {
      orders.append("%s-%d,eu,express,Ada Lovelace,pencil,1,%d.95%n".formatted(name, i, 900 + i));
    }
    orders.append(name).append("-p,us,standard,Ada Lovelace,poison,1,1.95\n");
    String dead = "\"orderId\":\"" + name + "-p\"";
    send("POST", "uploads", "text/csv", orders.toString());
    send("POST", "prices", "application/json", "{\"item\":\"fountain pen\",\"quantity\":3}");
    until("the poison is dead", () -> get("dead-letters").contains(dead));
    send("PUT", "dead-letters/repair", "application/json", "{\"repaired\":true}");
    send(
        "POST",
        "dead-letters/resend",
        "application/json",
        "{\"queue\":\"bindery.dead.sub/billing\"}");
    until("the poison is billed", () -> !get("dead-letters").contains(dead));
  }

  private String get(String path) {
    try {
      return client
          .send(HttpRequest.newBuilder(desk.resolve(path)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return ""; // not listening yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void send(String method, String path, String type, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(desk.resolve(path))
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body))
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  private static void until(String what, BooleanSupplier condition) {
    long giveUpNs = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > giveUpNs) {
        throw new IllegalStateException("did not happen: " + what);
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  /**
   * What there is at a moment.
   *
   * @param adapter classes of the archive
   * @param desk how many classes of the order desk
   * @param threads threads of ours
   * @param mbeans how many MBeans of ours
   * @param live how many threads there are, the server's too
   */
  private record Left(List<String> adapter, int desk, List<String> threads, int mbeans, int live) {
    static Left now() throws JMException {
      // The second collection takes what was softly held and used before the first.
      System.gc();
      System.gc();
      List<String> names =
          Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
      return new Left(
          loaded(OURS),
          loaded(DESK).size(),
          names.stream().filter(name -> name.startsWith("bindery")).toList(),
          ManagementFactory.getPlatformMBeanServer()
              .queryNames(new ObjectName("io.bindery*:*"), null)
              .size(),
          names.size());
    }

    /**
     * Whether that is nothing.
     *
     * @param oneDesk the classes of one order desk: the server may remember its last application
     */
    boolean isNothing(int oneDesk) {
      return adapter.isEmpty() && threads.isEmpty() && mbeans == 0 && desk <= oneDesk;
    }

    /** It falls whatever goes first, and never below zero. */
    long weight() {
      return adapter.size() + desk + threads.size() + mbeans + live;
    }
  }

  /** Whether nothing of ours is left, once nothing more goes; prints what there is. */
  private static boolean clean(int oneDesk) throws JMException {
    Left left = Left.now();
    long least = left.weight();
    long fellNs = System.nanoTime();
    while (!left.isNothing(oneDesk) && System.nanoTime() - fellNs < STILL_NS) {
      LockSupport.parkNanos(1_000_000_000);
      left = Left.now();
      if (left.weight() < least) {
        least = left.weight();
        fellNs = System.nanoTime();
      }
    }
    System.out.printf(
        "left: threads %s, MBeans %d, classes of the desk %d (one has %d), of the adapter %s%n",
        left.threads, left.mbeans, left.desk, oneDesk, left.adapter);
    boolean clean = left.isNothing(oneDesk);
    if (!clean) {
      tellContexts();
      dump();
    }
    return clean;
  }

  /** The threads with another context than the program's: the first to look at. */
  private static void tellContexts() {
    ClassLoader own = RedeployDriver.class.getClassLoader();
    for (Thread each : Thread.getAllStackTraces().keySet()) {
      ClassLoader context = each.getContextClassLoader();
      if (context != null && context != own) {
        System.out.printf("thread %s has the context %s%n", each.getName(), context);
      }
    }
  }

  /** What is reachable, for whoever looks for the path. */
  private static void dump() throws JMException {
    ManagementFactory.getPlatformMBeanServer()
        .invoke(
            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
            "dumpHeap",
            new Object[] {"redeploy-" + ProcessHandle.current().pid() + ".hprof", true},
            new String[] {String.class.getName(), boolean.class.getName()});
  }

  private static List<String> loaded(Pattern names) throws JMException {
    String[] arguments = {"show-classes"};
    Object list =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "vmClassloaders",
                new Object[] {arguments},
                new String[] {String[].class.getName()});
    return names.matcher(list.toString()).results().map(found -> found.group().trim()).toList();
  }
}
