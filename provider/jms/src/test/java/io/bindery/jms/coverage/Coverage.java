package io.bindery.jms.coverage;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Which tests cover which section of the specification, as their display names say, and which
 * methods of the API they call, as their compiled code says.
 */
final class Coverage {
  private static final String API = "jakarta.jms";

  /** What applications and servers implement, and providers call. */
  private static final Set<String> OF_APPLICATIONS =
      Set.of(
          "MessageListener",
          "CompletionListener",
          "ExceptionListener",
          "ServerSession",
          "ServerSessionPool");

  private static final Pattern NUMBERS = Pattern.compile("^\\d+(\\.\\d+)*(, \\d+(\\.\\d+)*)*(?= )");

  private final List<Section> sections;
  private final Map<String, Set<String>> bySection = new HashMap<>();
  private final Map<String, Set<String>> byMethod = new TreeMap<>();
  private final Set<String> misnumbered = new TreeSet<>();

  /**
   * A section of the specification.
   *
   * @param reason why there is nothing to test, or null
   */
  record Section(String number, String title, String reason) {
    static Section parse(String line) {
      String[] parts = line.split(" \\| ");
      int space = parts[0].indexOf(' ');
      return new Section(
          parts[0].substring(0, space),
          parts[0].substring(space + 1),
          parts.length > 1 ? parts[1] : null);
    }

    boolean holds(String cited) {
      return cited.equals(number) || cited.startsWith(number + ".");
    }
  }

  Coverage(Path sectionList, Path testClasses) throws IOException {
    sections = Files.readAllLines(sectionList).stream().map(Section::parse).toList();
    JavaClasses tests = new ClassFileImporter().importPath(testClasses);
    for (JavaClass each : tests) {
      each.getMethods().stream().filter(Coverage::isTest).forEach(this::readTest);
    }
    readApi();
  }

  private static boolean isTest(JavaMethod method) {
    return method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class);
  }

  private void readTest(JavaMethod test) {
    String name = test.getOwner().getSimpleName() + "." + test.getName();
    List<String> cited = numbers(test.tryGetAnnotationOfType(DisplayName.class).orElse(null));
    if (cited.isEmpty()) {
      cited = numbers(test.getOwner().tryGetAnnotationOfType(DisplayName.class).orElse(null));
    }
    for (String number : cited) {
      boolean known = false;
      for (Section section : sections) {
        if (section.holds(number)) {
          known = true;
          bySection.computeIfAbsent(section.number, key -> new TreeSet<>()).add(name);
        }
      }
      if (!known) {
        misnumbered.add(name + " cites " + number);
      }
    }
    for (String method : called(test)) {
      byMethod.computeIfAbsent(method, key -> new TreeSet<>()).add(name);
    }
  }

  private static List<String> numbers(DisplayName name) {
    Matcher matcher = NUMBERS.matcher(name == null ? "" : name.value());
    return matcher.find() ? List.of(matcher.group().split(", ")) : List.of();
  }

  /** What a test calls of the API, also through what other test classes do for it. */
  private static Set<String> called(JavaMethod test) {
    Set<String> called = new HashSet<>();
    Set<JavaCodeUnit> seen = new HashSet<>();
    Deque<JavaCodeUnit> open = new ArrayDeque<>(List.of(test));
    while (!open.isEmpty()) {
      JavaCodeUnit unit = open.pop();
      if (seen.add(unit)) {
        for (JavaAccess<?> access : unit.getAccessesFromSelf()) {
          access.getTarget().resolveMember().ifPresent(member -> follow(member, called, open));
        }
      }
    }
    return called;
  }

  private static void follow(JavaMember member, Set<String> called, Deque<JavaCodeUnit> open) {
    if (member.getOwner().getPackageName().equals(API)) {
      called.add(member.getFullName());
    }
    if (member instanceof JavaMethod method) {
      overridden(method).forEach(each -> called.add(each.getFullName()));
    }
    if (member instanceof JavaCodeUnit unit
        && unit.getOwner().getPackageName().startsWith("io.bindery.jms")
        && isOfTests(unit.getOwner())) {
      open.push(unit);
    }
  }

  /** The methods of the API that a method, of the provider or of the API, implements. */
  private static List<JavaMethod> overridden(JavaMethod method) {
    String[] parameters =
        method.getRawParameterTypes().stream().map(JavaClass::getFullName).toArray(String[]::new);
    return method.getOwner().getAllRawInterfaces().stream()
        .filter(each -> each.getPackageName().equals(API))
        .map(each -> each.tryGetMethod(method.getName(), parameters))
        .flatMap(Optional::stream)
        .toList();
  }

  private static boolean isOfTests(JavaClass owner) {
    return owner.getSource().filter(s -> s.getUri().getPath().contains("test-classes")).isPresent();
  }

  /** Adds the methods that nobody calls. */
  private void readApi() throws IOException {
    for (JavaClass each : new ClassFileImporter().importPackages(API)) {
      boolean callable =
          each.getPackageName().equals(API)
              && !each.isAnnotation()
              && !OF_APPLICATIONS.contains(each.getSimpleName())
              && !each.isAssignableTo(Throwable.class);
      if (callable) {
        each.getMethods().stream()
            .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
            .forEach(method -> byMethod.putIfAbsent(method.getFullName(), Set.of()));
      }
    }
    byMethod.keySet().removeIf(name -> name.contains("Exception.") || name.contains("<init>"));
  }

  /** Numbers that are no section. */
  Set<String> misnumbered() {
    return misnumbered;
  }

  /** The sections that demand something and that no test cites. */
  List<String> uncoveredSections() {
    return sections.stream()
        .filter(each -> each.reason == null && !bySection.containsKey(each.number))
        .map(each -> each.number + " " + each.title)
        .toList();
  }

  /** The methods that no test calls. */
  List<String> uncoveredMethods() {
    return byMethod.entrySet().stream()
        .filter(row -> row.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Two tables in Markdown. */
  String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("# Jakarta Messaging 3.1: sections and the tests that cover them\n");
    lines.add("| section | tests |\n|---|---|");
    for (Section each : sections) {
      String tests =
          each.reason == null
              ? String.join("<br>", bySection.getOrDefault(each.number, Set.of()))
              : "nothing to test: " + each.reason;
      lines.add("| " + each.number + " " + each.title + " | " + tests + " |");
    }
    lines.add("\n# Methods of the API and the tests that call them\n");
    lines.add("| method | tests |\n|---|---|");
    byMethod.forEach(
        (method, tests) ->
            lines.add(
                "| `"
                    + method.substring(API.length() + 1).replace("java.lang.", "")
                    + "` | "
                    + tests.stream().limit(5).collect(Collectors.joining("<br>"))
                    + (tests.size() > 5 ? "<br>and " + (tests.size() - 5) + " more" : "")
                    + " |"));
    return String.join("\n", lines) + "\n";
  }
}
