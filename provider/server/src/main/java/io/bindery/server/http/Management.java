package io.bindery.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bindery.amqp.server.LogText;
import io.bindery.engine.AmqpException;
import io.bindery.server.access.User;
import io.bindery.server.settings.Settings.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The management port. {@code /health/live} and {@code /health/ready} are for everybody; all else
 * needs a user and password (HTTP Basic) whose user has a tag for management. A request whose path
 * is no URI does not come here: the JDK's server answers it, with 400 and a page. Thread-safe.
 */
public final class Management implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Management.class.getName());

  private static final int MOST_LOGGED = 300;

  /** The method that asks what GET would answer, without the body (RFC 9110, 9.3.2). */
  static final String HEAD = "HEAD";

  private static final int THREADS = 32;
  private static final int IDLE_SECONDS = 10;
  private static final int MOST_WAITING = 256;

  /** The JDK's server reads a request on one of the threads, and would wait for ever. */
  private static final String REQUEST_SECONDS = "sun.net.httpserver.maxReqTime";

  static {
    if (System.getProperty(REQUEST_SECONDS) == null) {
      System.setProperty(REQUEST_SECONDS, "30");
    }
  }

  private final Desk desk;
  private Routes routes;
  private final Set<String> loopbackUsers;
  private final BooleanSupplier ready;
  private final HttpServer server;
  private final ExecutorService threads;

  private Management(
      HttpServer server, Desk desk, Set<String> loopbackUsers, BooleanSupplier ready) {
    this.server = server;
    this.desk = desk;
    this.loopbackUsers = loopbackUsers;
    this.ready = ready;
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            task -> {
              Thread thread = new Thread(task, "bindery-http-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.CallerRunsPolicy());
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  /**
   * Starts it.
   *
   * @param at where to listen
   * @param loopbackUsers who may only ask from this machine
   * @param ready whether clients can be served
   * @throws IOException when the port cannot be had
   */
  public static Management start(
      Endpoint at, Desk desk, Set<String> loopbackUsers, BooleanSupplier ready) throws IOException {
    InetSocketAddress address =
        at.everywhere()
            ? new InetSocketAddress(at.port())
            : new InetSocketAddress(InetAddress.getByName(at.host()), at.port());
    Management management =
        new Management(HttpServer.create(address, 0), desk, loopbackUsers, ready);
    management.server.setExecutor(management.threads);
    management.server.createContext("/", management::handle);
    management.server.start();
    return management;
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/health/")) {
          health(exchange, path);
        } else {
          routes().answer(authenticated(exchange));
        }
      } catch (Refusal e) {
        logIfUnknown(exchange, e);
        refuse(exchange, e.status(), e.getMessage());
      } catch (AmqpException e) {
        refuse(exchange, status(e), e.getMessage());
      } catch (IllegalArgumentException e) {
        refuse(exchange, 400, e.getMessage());
      } catch (UncheckedIOException e) {
        LOG.log(Level.ERROR, e.getMessage());
        refuse(exchange, 500, e.getMessage());
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "a request failed: " + exchange.getRequestURI().getPath(), e);
        refuse(exchange, 500, "This is a defect of the broker; its log says more");
      }
    } catch (IOException e) {
      // The client has gone.
      LOG.log(Level.DEBUG, "an answer was not wanted any more", e);
    }
  }

  /** Who only did not say who it is, as browsers at first, is nothing to be warned of. */
  private static void logIfUnknown(HttpExchange exchange, Refusal why) {
    if (why.status() == 401 && exchange.getRequestHeaders().containsKey("Authorization")) {
      LOG.log(
          Level.WARNING,
          "{0}: login refused (HTTP): {1}",
          exchange.getRemoteAddress(),
          LogText.line(why.getMessage(), MOST_LOGGED));
    }
  }

  /** Made when they are asked for: a start does not wait for all that they need. */
  private synchronized Routes routes() {
    if (routes == null) {
      routes = new Routes(desk);
    }
    return routes;
  }

  private static int status(AmqpException e) {
    return switch (e.replyCode()) {
      case NOT_FOUND, INVALID_PATH -> 404;
      case ACCESS_REFUSED, NOT_ALLOWED -> 403;
      case CONNECTION_FORCED, CHANNEL_ERROR, RESOURCE_ERROR -> 503;
      case INTERNAL_ERROR -> 500;
      default -> 400;
    };
  }

  private void health(HttpExchange exchange, String path) throws IOException, Refusal {
    boolean fine =
        switch (path) {
          case "/health/live" -> !desk.broker().isClosed();
          case "/health/ready" -> !desk.broker().isClosed() && ready.getAsBoolean();
          default -> throw Refusal.notFound("There are /health/live and /health/ready");
        };
    ObjectNode answer = Views.object().put("status", fine ? "ok" : "failed");
    // No failure: whoever takes the broker out of service for it keeps consumers from making room.
    answer.put("publishers_held", desk.broker().publishersHeld());
    send(exchange, fine ? 200 : 503, answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  private Request authenticated(HttpExchange exchange) throws Refusal {
    checkHost(exchange);
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.startsWith("Basic ")) {
      throw new Refusal(401, "This needs a user and a password (HTTP Basic)");
    }
    String both;
    try {
      both =
          new String(
              Base64.getDecoder().decode(header.substring("Basic ".length()).trim()),
              StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("Authorization is no Base64");
    }
    int colon = both.indexOf(':');
    String name = colon < 0 ? both : both.substring(0, colon);
    String password = colon < 0 ? "" : both.substring(colon + 1);
    boolean here = exchange.getRemoteAddress().getAddress().isLoopbackAddress();
    if (!here && loopbackUsers.contains(name)) {
      throw new Refusal(401, "User '" + name + "' may only connect from the broker's machine");
    }
    User user = desk.access().user(name);
    if (!desk.access().accepts(name, password) || user == null) {
      throw new Refusal(401, "User '" + name + "' is unknown, or the password is wrong");
    }
    if (!user.mayManage()) {
      throw new Refusal(
          401, "User '" + name + "' needs the tag management, monitoring or administrator");
    }
    return new Request(exchange, user, password);
  }

  /** A page of another site that a browser shows must not speak to this port. */
  private static void checkHost(HttpExchange exchange) throws Refusal {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (origin != null && (host == null || !origin.endsWith("://" + host))) {
      throw Refusal.forbidden("The origin '" + origin + "' is not this server");
    }
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    ObjectNode body =
        Views.object().put("error", phrase(status)).put("reason", why == null ? "" : why);
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    if (status == 401) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"Bindery\"");
    }
    send(exchange, status, bytes);
  }

  /** Answers with JSON; who asks by HEAD gets all but the JSON. */
  static void send(HttpExchange exchange, int status, byte[] json) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (exchange.getRequestMethod().equals(HEAD)) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(json.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, json.length);
    exchange.getResponseBody().write(json);
  }

  private static String phrase(int status) {
    return switch (status) {
      case 400 -> "bad_request";
      case 401 -> "not_authorised";
      case 403 -> "forbidden";
      case 404 -> "Object Not Found";
      case 405 -> "method_not_allowed";
      case 413 -> "too_large";
      case 503 -> "unavailable";
      default -> "internal_error";
    };
  }

  /** Stops listening; what is being answered has a second. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      // The JDK's server would wait for as long when nothing is being answered.
      threads.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
