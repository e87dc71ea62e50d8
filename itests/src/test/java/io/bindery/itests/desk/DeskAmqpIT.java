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
 * upload and started again; then the desk is, because it decides at its start what its transactions
 * left prepared in a broker that died.
 */
class DeskAmqpIT {
  private static final String ORDERS = "amqp.csv";

  /** In one step: between a look and a click the upload may be complete, and the button gone. */
  private static final String GO_ON =
      "const pause = document.getElementById('pause');"
          + "if (!pause.hidden && pause.textContent === 'Go on') pause.click();"
          + "return null";

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestOrders orders = TestOrders.of(4_000, 0);

  @Test
  void nothingIsLostWhenTheBrokerIsKilledAndTheCheckPasses(@TempDir Path data)
      throws IOException, InterruptedException {
    Path file = Files.writeString(data.resolve(ORDERS), orders.text());
    int port = DeskServer.freePort();
    try (BrokerProcess broker = new BrokerProcess("desk");
        Browser browser = Browser.start()) {
      broker.start();
      Map<String, String> property = Map.of("BROKER", broker.url());
      try (DeskServer desk = DeskServer.startKept(port, data, "server-amqp.log", property)) {
        browser.open(desk.page().toString());
        thePictureShowsTheBroker(browser, broker);
        uploadWhileTheBrokerDies(browser, broker, file);
      }
      try (DeskServer desk = DeskServer.startKept(port, data, "server-amqp-again.log", property)) {
        browser.await("all is recorded", () -> recordedAll(desk.page()));
        browser.screenshot("amqp");
        File log = CheckScript.log("check-amqp.log");
        int exit = CheckScript.run(desk.page(), log);
        assertEquals(0, exit, Files.readString(log.toPath()));
      }
    }
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
    browser.await("some is confirmed", () -> browser.number("#bar", "value") > 0.2);
    assertTrue(browser.number("#bar", "value") < 1, "it is in the middle");
    broker.kill();
    browser.await("it broke off", () -> browser.text("#pause").equals("Go on"));
    assertTrue(browser.number("#bar", "value") < 1, "it broke off in the middle");
    browser.screenshot("amqp-killed");
    broker.start();
    browser.await("it is complete", () -> complete(browser));
    String published = "%,d orders published".formatted(orders.good());
    assertTrue(browser.text("#progress-text").contains(published));
  }

  /** Goes on until the beans' connections are back, too: before, the desk takes nothing. */
  private static boolean complete(Browser browser) {
    if (browser.number("#bar", "value") == 1) {
      return true;
    }
    browser.run(GO_ON);
    return false;
  }

  private <T> T get(URI desk, String path, Class<T> type) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(desk.resolve(path)).timeout(Duration.ofSeconds(30)).build();
    return new Json()
        .toType(client.send(request, HttpResponse.BodyHandlers.ofString()).body(), type);
  }

  /**
   * Whether the beans have recorded all of the upload. What a bean did in the moment of the kill
   * may be there twice: Payara does not repeat a commit that failed with XAER_RMFAIL.
   */
  private boolean recordedAll(URI desk) {
    try {
      // The newest is the only one.
      Map<?, ?> upload = (Map<?, ?>) get(desk, "api/uploads", List.class).get(0);
      Map<String, Integer> done = new TreeMap<>();
      for (Object each :
          (List<?>) get(desk, "api/recorded?run=" + upload.get("id"), Map.class).get("beans")) {
        Map<?, ?> bean = (Map<?, ?>) each;
        Map<?, ?> times = (Map<?, ?>) bean.get("done");
        done.put(bean.get("name").toString(), times.size());
      }
      return done.entrySet().containsAll(orders.done().entrySet());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
