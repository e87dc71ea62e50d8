package io.bindery.itests.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.WebElement;

/** The page of the order desk in Chromium, as a person uses it. */
@ExtendWith(RunningDesk.class)
class DeskPageIT {
  private static final String DEAD = "bindery.dead.sub/billing";
  private static final String DROP =
      "const files = new DataTransfer();"
          + "files.items.add(new File([arguments[1]], arguments[0], {type: 'text/csv'}));"
          + "for (const kind of ['dragenter', 'dragover', 'drop'])"
          + "  document.getElementById('drop').dispatchEvent("
          + "    new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true}));";

  private Browser browser;
  private String address;

  @BeforeEach
  void open(URI desk) {
    browser = Browser.start();
    address = desk.toString();
    browser.open(address);
    browser.await("the page is live", () -> browser.text("#connection").startsWith("live"));
    browser.run("document.querySelector('.picture details').open = true");
    browser.await("the table is there", () -> browser.all("#queues tbody tr").size() == 7);
  }

  @AfterEach
  void close() {
    try {
      assertEquals(List.of(), browser.complaints());
      List<String> elsewhere =
          browser.requests().stream().filter(url -> !url.startsWith(address)).toList();
      assertEquals(List.of(), elsewhere);
    } finally {
      browser.close();
    }
  }

  private void pace(String linesPerSecond) {
    browser.run(
        "document.getElementById('pace').value = arguments[0]; return null", linesPerSecond);
  }

  private double progress() {
    return browser.number("#bar", "value");
  }

  private int letters() {
    return browser.all("#boxes tbody tr").size();
  }

  private void awaitDone(Map<String, Integer> before, Map<String, Integer> more) {
    Map<String, Integer> expected =
        more.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, each -> before.get(each.getKey()) + each.getValue()));
    browser.await(
        "the beans did " + expected,
        () -> browser.done().entrySet().containsAll(expected.entrySet()));
  }

  @Test
  void aDroppedFileGoesThroughTheBeans() throws IOException {
    TestOrders orders = TestOrders.of(4_000, 3);
    Map<String, Integer> before = browser.done();
    int lettersBefore = letters();
    pace("1000");
    browser.run(DROP, "dropped.csv", orders.text());
    browser.await("the upload is under way", () -> progress() > 0.2);
    assertTrue(progress() < 1, "it is slow enough to be watched");
    browser.screenshot("uploading");
    browser.await("the upload is complete", () -> progress() == 1);
    assertEquals(
        "dropped.csv: all · line %,d confirmed · %,d orders published · %,d bad lines"
            .formatted(orders.lines(), orders.good(), orders.bad()),
        browser.text("#progress-text"));
    awaitDone(before, orders.done());
    badLinesAreListed(orders);
    browser.await("the letters are listed", () -> letters() == lettersBefore + 3);
    browser.screenshot("dead-letters");
    sendAgain(before, orders);
  }

  private void badLinesAreListed(TestOrders orders) {
    assertEquals(orders.bad() + " bad lines, skipped", browser.text("#bad-count"));
    browser.click("#bad summary");
    List<WebElement> rows = browser.all("#bad-lines tr");
    assertEquals(orders.bad(), rows.size());
    assertTrue(rows.get(0).getText().startsWith("17 region 'moon' is not one of"));
    assertTrue(rows.get(10).getText().startsWith("1,017 region"));
  }

  /** Repairs billing and sends one letter again, then all others. */
  private void sendAgain(Map<String, Integer> before, TestOrders orders) throws IOException {
    int count = letters();
    assertEquals(DEAD, browser.text("#boxes code"));
    int billed = before.get("billing") + orders.done().get("billing");
    browser.click("#repaired");
    browser.await("it is repaired", () -> browser.text("#dead-note").contains("can bill poison"));
    browser.click("#boxes tbody button");
    browser.await("one went", () -> letters() == count - 1);
    browser.await("it is billed", () -> browser.done().get("billing") == billed + 1);
    browser.click("#boxes .box-head button");
    browser.await("all went", () -> browser.text("#boxes").equals("There are none."));
    browser.await("they are billed", () -> browser.done().get("billing") == billed + count);
    browser.click("#repaired");
    browser.await("as before", () -> browser.text("#dead-note").contains("fails on poison"));
    browser.screenshot("sent-again");
  }

  @Test
  void anUploadThatBrokeOffGoesOnAtItsLastConfirmedLine() throws IOException {
    TestOrders orders = TestOrders.of(1_500, 0);
    Map<String, Integer> before = browser.done();
    Path file = Files.writeString(DeskServer.folder().resolve("chosen.csv"), orders.text());
    pace("250");
    browser.find("#file").sendKeys(file.toAbsolutePath().toString());
    browser.await("some lines are confirmed", () -> progress() > 0.1);
    browser.click("#pause");
    browser.await("it broke off", () -> browser.text("#pause").equals("Go on"));
    browser.open(address);
    browser.await("it is offered", () -> browser.text("#progress-text").contains("broke off"));
    browser.run("document.querySelector('.picture details').open = true");
    browser.screenshot("broken-off");
    pace("0");
    browser.find("#file").sendKeys(file.toAbsolutePath().toString());
    browser.await("the upload is complete", () -> progress() == 1);
    assertTrue(
        browser.text("#progress-text").contains("%,d orders published".formatted(orders.good())));
    awaitDone(before, orders.done());
  }

  @Test
  void anOrderAndAPriceRequestAreAnswered() {
    browser.click("#single button");
    browser.await("the order went", () -> browser.text("#single .answer").contains("orders.eu"));
    browser.click("#price button");
    browser.await("the price came", () -> browser.text("#price .answer").contains("answered in"));
  }

  @Test
  void aWrongOrderIsRefusedAtItsField() {
    browser.run("document.querySelector('#single [name=quantity]').value = 'many'");
    browser.click("#single button");
    browser.await("it is refused", () -> !browser.all("#single .answer.wrong").isEmpty());
    assertEquals("quantity", browser.find("#single [aria-invalid=true]").getDomAttribute("name"));
    // Chromium itself notes each answer of 4xx.
    List<String> complaints = browser.complaints();
    assertEquals(1, complaints.size(), complaints::toString);
    assertTrue(complaints.get(0).contains("422"), complaints::toString);
  }

  @Test
  void thePageFitsASmallScreenAndTheDark() throws IOException {
    browser.dark();
    browser.screenshot("dark");
    browser.resize(500, 900);
    browser.screenshot("small");
    assertFalse(
        (Boolean) browser.run("return document.documentElement.scrollWidth > window.innerWidth"),
        "the page itself does not scroll sideways");
  }
}
