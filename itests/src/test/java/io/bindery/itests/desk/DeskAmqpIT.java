package io.bindery.itests.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.itests.interop.BrokerProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.json.Json;

/**
 * The order desk on a standalone broker, by one property. The broker is killed in the middle of an
 * upload and started again, several times; the desk goes on by itself, and every order is recorded
 * exactly once.
 */
class DeskAmqpIT {
  /** How much of the upload is confirmed when the broker is killed. */
  private static final double[] KILLS = {0.1, 0.4, 0.7};

  private static final String ORDERS = "amqp.csv";

  /** In one step: between a look and a click the upload may be complete, and the button gone. */
  private static final String GO_ON =
      "const pause = document.getElementById('pause');"
          + "if (!pause.hidden && pause.textContent === 'Go on') pause.click();"
          + "return null";

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestOrders orders = TestOrders.of(6_000, 0);

  @Test
  void eachOrderIsRecordedOnceWhenTheBrokerIsKilled(@TempDir Path data)
      throws IOException, InterruptedException {
    Path file = Files.writeString(data.resolve(ORDERS), orders.text());
    try (BrokerProcess broker = new BrokerProcess("desk");
        Browser browser = Browser.start()) {
      broker.start();
      Map<String, String> property = Map.of("BROKER", broker.url());
      int port = DeskServer.freePort();
      try (DeskServer desk = DeskServer.startKept(port, data, "server-amqp.log", property)) {
        browser.open(desk.page().toString());
        thePictureShowsTheBroker(browser, broker);
        uploadWhileTheBrokerDies(browser, broker, file);
        browser.await("all is recorded", () -> recordedAll(desk.page()));
        browser.await("nothing is left", () -> nothingIsLeft(desk.page()));
        browser.screenshot("amqp");
        assertEquals(Map.of(), notOnce(desk.page()));
        assertEquals(List.of(), get(desk.page(), "api/dead-letters", Map.class).get("queues"));
        theCheckPasses(desk.page());
      }
    }
  }

  private static void theCheckPasses(URI desk) throws IOException, InterruptedException {
    File log = CheckScript.log("check-amqp.log");
    int exit = CheckScript.run(desk, log);
    assertEquals(0, exit, Files.readString(log.toPath()));
  }

  private static void thePictureShowsTheBroker(Browser browser, BrokerProcess broker)
      throws IOException {
    String live = "live · broker amqp://127.0.0.1:" + broker.port();
    browser.await("the page is live", () -> browser.text("#connection").startsWith("live"));
    assertTrue(browser.text("#connection").startsWith(live), browser.text("#connection"));
    browser.run("document.querySelector('.picture details').open = true");
    browser.await("all queues are there", () -> browser.all("#queues tbody tr").size() == 7);
    browser.screenshot("amqp-begin");
  }

  private void uploadWhileTheBrokerDies(Browser browser, BrokerProcess broker, Path file)
      throws IOException {
    browser.run("document.getElementById('pace').value = '1000'; return null");
    browser.find("#file").sendKeys(file.toAbsolutePath().toString());
    for (double confirmed : KILLS) {
      browser.await("more is confirmed", () -> goesOnTo(browser, confirmed));
      assertTrue(browser.number("#bar", "value") < 1, "it is in the middle");
      broker.kill();
      browser.await("it broke off", () -> browser.text("#pause").equals("Go on"));
      browser.screenshot("amqp-killed");
      broker.start();
    }
    browser.await("it is complete", () -> goesOnTo(browser, 1));
    String published = "%,d orders published".formatted(orders.good());
    assertTrue(browser.text("#progress-text").contains(published));
  }

  /** Goes on until the beans' connections are back, too: before, the desk takes nothing. */
  private static boolean goesOnTo(Browser browser, double confirmed) {
    if (browser.number("#bar", "value") >= confirmed) {
      return true;
    }
    browser.run(GO_ON);
    return false;
  }

  private <T> T get(URI desk, String path, Class<T> type) {
    HttpRequest request =
        HttpRequest.newBuilder(desk.resolve(path)).timeout(Duration.ofSeconds(30)).build();
    try {
      return new Json()
          .toType(client.send(request, HttpResponse.BodyHandlers.ofString()).body(), type);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** How often each bean recorded each order of the upload. */
  private Map<String, Map<?, ?>> recorded(URI desk) {
    // The newest is the only one.
    Map<?, ?> upload = (Map<?, ?>) get(desk, "api/uploads", List.class).get(0);
    Map<String, Map<?, ?>> times = new TreeMap<>();
    for (Object each :
        (List<?>) get(desk, "api/recorded?run=" + upload.get("id"), Map.class).get("beans")) {
      Map<?, ?> bean = (Map<?, ?>) each;
      times.put(bean.get("name").toString(), (Map<?, ?>) bean.get("done"));
    }
    return times;
  }

  private boolean recordedAll(URI desk) {
    Map<String, Integer> done = new TreeMap<>();
    recorded(desk).forEach((bean, times) -> done.put(bean, times.size()));
    return done.entrySet().containsAll(orders.done().entrySet());
  }

  private boolean nothingIsLeft(URI desk) {
    for (Object each : (List<?>) get(desk, "api/state", Map.class).get("queues")) {
      Map<?, ?> queue = (Map<?, ?>) each;
      if (number(queue, "ready") + number(queue, "unacknowledged") > 0) {
        return false;
      }
    }
    return true;
  }

  private static long number(Map<?, ?> row, String name) {
    return ((Number) row.get(name)).longValue();
  }

  /** By bean and order, what was not recorded once. */
  private Map<String, Long> notOnce(URI desk) {
    Map<String, Long> wrong = new TreeMap<>();
    recorded(desk)
        .forEach(
            (bean, times) ->
                times.forEach(
                    (order, count) -> {
                      if (((Number) count).longValue() != 1) {
                        wrong.put(bean + " " + order, ((Number) count).longValue());
                      }
                    }));
    return wrong;
  }
}
