package io.bindery.ra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The deployment descriptor says what the classes say. */
class DescriptorTest {
  private static final Path META_INF = Path.of("src/main/rar/META-INF");

  private Document ra;

  @BeforeEach
  void parse() throws IOException, ParserConfigurationException, SAXException {
    ra = parsed("ra.xml");
  }

  private static Document parsed(String file)
      throws IOException, ParserConfigurationException, SAXException {
    String text = Files.readString(META_INF.resolve(file));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)));
  }

  private static List<Element> all(NodeList nodes) {
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  private List<Element> all(String tag) {
    return all(ra.getElementsByTagName(tag));
  }

  private static String text(Element in, String tag) {
    NodeList found = in.getElementsByTagName(tag);
    return found.getLength() == 0 ? null : found.item(0).getTextContent();
  }

  private Element holder(String classTag, Class<?> type) {
    return (Element)
        all(classTag).stream()
            .filter(each -> each.getTextContent().equals(type.getName()))
            .findFirst()
            .orElseThrow()
            .getParentNode();
  }

  private static void sameProperties(Element holder, Class<?> type, Set<String> without)
      throws IntrospectionException, ReflectiveOperationException {
    Object fresh = type.getDeclaredConstructor().newInstance();
    Set<String> described = new TreeSet<>();
    for (Element property : all(holder.getElementsByTagName("config-property"))) {
      if (property.getParentNode() == holder) {
        described.add(checkedProperty(property, fresh));
      }
    }
    Set<String> actual = new TreeSet<>();
    for (PropertyDescriptor each : Introspector.getBeanInfo(type).getPropertyDescriptors()) {
      if (each.getWriteMethod() != null && !without.contains(each.getName())) {
        actual.add(each.getName());
      }
    }
    assertEquals(actual, described, type.getName());
  }

  private static String checkedProperty(Element property, Object fresh)
      throws IntrospectionException, ReflectiveOperationException {
    String name = text(property, "config-property-name");
    PropertyDescriptor descriptor =
        Arrays.stream(Introspector.getBeanInfo(fresh.getClass()).getPropertyDescriptors())
            .filter(each -> each.getName().equals(name))
            .findFirst()
            .orElseThrow(() -> new AssertionError(fresh.getClass() + " has no property " + name));
    assertEquals(
        descriptor.getPropertyType().getName(), text(property, "config-property-type"), name);
    String value = text(property, "config-property-value");
    if (value != null) {
      assertFalse(value.contains("&") || value.contains("<"), name);
      assertEquals(
          value, String.valueOf(descriptor.getReadMethod().invoke(fresh)), "default of " + name);
    }
    assertEquals(
        name.equals("password"),
        "true".equals(text(property, "config-property-confidential")),
        name);
    return name;
  }

  @Test
  void theAdaptersPropertiesAreDescribed()
      throws IntrospectionException, ReflectiveOperationException {
    sameProperties(
        holder("resourceadapter-class", BinderyResourceAdapter.class),
        BinderyResourceAdapter.class,
        Set.of());
  }

  @Test
  void theActivationsPropertiesAreDescribed()
      throws IntrospectionException, ReflectiveOperationException {
    Element holder = holder("activationspec-class", BinderyActivationSpec.class);
    sameProperties(holder, BinderyActivationSpec.class, Set.of("resourceAdapter"));
  }

  @Test
  void eachConnectionFactoryHasItsOwnClassAndProperties()
      throws IntrospectionException, ReflectiveOperationException {
    Set<String> classes = new HashSet<>();
    for (Element definition : all("connection-definition")) {
      String name = text(definition, "managedconnectionfactory-class");
      assertTrue(classes.add(name), name);
      Class<?> type = Class.forName(name);
      sameProperties(definition, type, Set.of("resourceAdapter", "logWriter"));
      Class<?> wanted = Class.forName(text(definition, "connectionfactory-interface"));
      BinderyManagedConnectionFactory factory =
          (BinderyManagedConnectionFactory) type.getDeclaredConstructor().newInstance();
      Object made = factory.createConnectionFactory();
      assertTrue(wanted.isInstance(made));
      assertEquals(made.getClass().getName(), text(definition, "connectionfactory-impl-class"));
      Class<?> connection = Class.forName(text(definition, "connection-impl-class"));
      assertTrue(
          Class.forName(text(definition, "connection-interface")).isAssignableFrom(connection));
    }
    assertEquals(3, classes.size());
  }

  @Test
  void theAdministeredObjectsAreBeansWithAName() throws ReflectiveOperationException {
    for (Element object : all("adminobject")) {
      Class<?> type = Class.forName(text(object, "adminobject-class"));
      assertTrue(Class.forName(text(object, "adminobject-interface")).isAssignableFrom(type));
      assertNotNull(type.getDeclaredConstructor());
      assertEquals(String.class, type.getMethod("setName", String.class).getParameterTypes()[0]);
    }
    assertEquals(2, all("adminobject").size());
  }

  @Test
  void everyIdentifierIsUnique() {
    List<String> ids =
        all("*").stream().map(each -> each.getAttribute("id")).filter(id -> !id.isEmpty()).toList();
    assertEquals(ids.size(), Set.copyOf(ids).size());
    assertTrue(
        all("config-property").stream().noneMatch(each -> each.getAttribute("id").isEmpty()));
  }

  @Test
  void wildFlyFindsEachConnectionDefinition()
      throws IOException, ParserConfigurationException, SAXException {
    Set<String> described = new HashSet<>();
    all("managedconnectionfactory-class").forEach(each -> described.add(each.getTextContent()));
    Set<String> activated = new HashSet<>();
    all(parsed("ironjacamar.xml").getElementsByTagName("connection-definition"))
        .forEach(each -> activated.add(each.getAttribute("class-name")));
    assertEquals(described, activated);
  }
}
