package io.bindery.itests.desk;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Chromium without a window, of the machine, that reaches nothing but 127.0.0.1 and keeps a record
 * of what the page asked for and complained of.
 */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final String HOW_TO_INSTALL =
      "; this suite drives the page in Chromium, on Debian: apt-get install chromium chromium-driver";

  private static final String TABLE =
      "return [...document.querySelectorAll('#queues tbody tr')]"
          + ".map(row => [...row.cells].map(cell => cell.textContent))";

  private final ChromeDriver driver;
  private final List<String> requests = new ArrayList<>();

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts it. */
  static Browser start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("chromium", "chromium-browser", "google-chrome"));
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--window-size=1400,1500",
        "--lang=en",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(program("chromedriver")).build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static File program(String... names) {
    String[] folders = System.getenv("PATH").split(File.pathSeparator);
    return Arrays.stream(names)
        .flatMap(name -> Arrays.stream(folders).map(folder -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(Arrays.toString(names) + " not found" + HOW_TO_INSTALL));
  }

  void open(String address) {
    driver.get(address);
  }

  void resize(int width, int height) {
    driver.manage().window().setSize(new org.openqa.selenium.Dimension(width, height));
  }

  /** Shows the page as to someone who prefers dark. */
  void dark() {
    Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", "dark");
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  WebElement find(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  String text(String css) {
    return find(css).getText();
  }

  void click(String css) {
    WebElement element = find(css);
    driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** A property of an element that is a number. */
  double number(String css, String property) {
    return ((Number) run("return arguments[0][arguments[1]]", find(css), property)).doubleValue();
  }

  /** How many orders each bean has done, by the table of the desk. */
  Map<String, Integer> done() {
    Map<String, Integer> counts = new TreeMap<>();
    for (Object row : (List<?>) run(TABLE)) {
      List<?> cells = (List<?>) row;
      counts.put(
          cells.get(6).toString(), Integer.parseInt(cells.get(7).toString().replace(",", "")));
    }
    return counts;
  }

  /** Waits until it is so. */
  void await(String what, BooleanSupplier condition) {
    new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
        .withMessage(what)
        .until(any -> condition.getAsBoolean());
  }

  /** Saves what is seen now to {@code target/desk}. */
  void screenshot(String name) throws IOException {
    Path taken = driver.getScreenshotAs(OutputType.FILE).toPath();
    Files.move(
        taken, DeskServer.folder().resolve(name + ".png"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** What the console got since the last call, errors and warnings. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /** The addresses of all requests of the page since the start. */
  List<String> requests() {
    driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> requested(entry.getMessage()))
        .flatMap(Optional::stream)
        .forEach(requests::add);
    return List.copyOf(requests);
  }

  private static Optional<String> requested(String entry) {
    Map<?, ?> message = (Map<?, ?>) new Json().<Map<?, ?>>toType(entry, Map.class).get("message");
    if (!"Network.requestWillBeSent".equals(message.get("method"))) {
      return Optional.empty();
    }
    Map<?, ?> request = (Map<?, ?>) ((Map<?, ?>) message.get("params")).get("request");
    return Optional.of(request.get("url").toString());
  }

  @Override
  public void close() {
    driver.quit();
  }
}
