package io.bindery.itests.payara;

import java.util.Arrays;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The web application that is deployed for a test class, beside {@code bindery.rar}. */
final class Application {
  private static final String BEAN =
      """
          <ejb>
            <ejb-name>%s</ejb-name>
            <mdb-resource-adapter>
              <resource-adapter-mid>bindery</resource-adapter-mid>
            </mdb-resource-adapter>
          </ejb>
      """;

  private Application() {}

  /** A WAR with these classes, whose message-driven beans of these names are the adapter's. */
  static WebArchive war(String[] beans, Class<?>... classes) {
    String bound = String.join("", Arrays.stream(beans).map(BEAN::formatted).toList());
    return ShrinkWrap.create(WebArchive.class, "it.war")
        .addClasses(classes)
        .addClasses(Inbox.class, Inbox.Shown.class)
        .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
        .addAsWebInfResource(
            new StringAsset(
                "<glassfish-ejb-jar><enterprise-beans>"
                    + bound
                    + "</enterprise-beans></glassfish-ejb-jar>"),
            "glassfish-ejb-jar.xml");
  }
}
