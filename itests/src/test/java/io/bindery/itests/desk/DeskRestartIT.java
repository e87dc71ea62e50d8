package io.bindery.itests.desk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of an upload whose server is killed and started again. */
class DeskRestartIT {
  private static String orders(TestOrders orders) {
    return "%,d orders published".formatted(orders.good());
  }

  @Test
  void thePageSaysWhereTheUploadIsConfirmedAndGoesOn(@TempDir Path data) throws IOException {
    TestOrders orders = TestOrders.of(4_000, 0);
    Path file = Files.writeString(data.resolve("killed.csv"), orders.text());
    int port = DeskServer.freePort();
    DeskServer first = DeskServer.startKept(port, data, "server-to-kill.log");
    try (Browser browser = Browser.start()) {
      browser.open(first.page().toString());
      browser.await("the page is live", () -> browser.text("#connection").startsWith("live"));
      browser.find("#file").sendKeys(file.toAbsolutePath().toString());
      browser.await("some is confirmed", () -> browser.number("#bar", "value") > 0.2);
      first.kill();
      browser.await("it broke off", () -> browser.text("#pause").equals("Go on"));
      browser.screenshot("killed");
      try (DeskServer second = DeskServer.startKept(port, data, "server-after-kill.log")) {
        browser.await("it is back", () -> browser.text("#progress-text").contains("is back"));
        assertTrue(browser.number("#bar", "value") > 0.2, "what was confirmed is kept");
        browser.screenshot("back");
        browser.click("#pause");
        browser.await("it is complete", () -> browser.number("#bar", "value") == 1);
        assertTrue(browser.text("#progress-text").contains(orders(orders)));
        browser.open(second.page().toString());
        browser.run("document.querySelector('.picture details').open = true");
        browser.await(
            "the beans did all",
            () -> browser.done().entrySet().containsAll(orders.done().entrySet()));
        browser.screenshot("done-after-kill");
      }
    } finally {
      first.close();
    }
  }
}
