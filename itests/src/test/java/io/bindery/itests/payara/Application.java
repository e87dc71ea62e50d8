package io.bindery.itests.payara;

import jakarta.ejb.MessageDriven;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The web application of these tests, deployed beside {@code bindery.rar}. */
final class Application {
  private static final List<Class<?>> BEANS =
      List.of(
          QueueBean.class,
          PlainBean.class,
          TopicBeans.Everything.class,
          TopicBeans.Europe.class,
          TopicBeans.Dear.class,
          ForwardBean.class,
          ReplyBean.class,
          LookupBean.class);

  private static final String BOUND =
      """
          <ejb>
            <ejb-name>%s</ejb-name>
            <mdb-resource-adapter>
              <resource-adapter-mid>bindery</resource-adapter-mid>
            </mdb-resource-adapter>
          </ejb>
      """;

  private Application() {}

  /** The WAR: all beans, the resources, and the test class, whose methods run in the server. */
  static WebArchive with(Class<?> test) {
    return ShrinkWrap.create(WebArchive.class, "it.war")
        .addClasses(BEANS.toArray(Class<?>[]::new))
        .addClasses(TopicBeans.class, Resources.class, Inbox.class, Inbox.Shown.class)
        .addClasses(Outbox.class, VotingResource.class, test)
        .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
        .addAsWebInfResource(new StringAsset(descriptor()), "glassfish-ejb-jar.xml");
  }

  private static String descriptor() {
    return BEANS.stream()
        .map(bean -> BOUND.formatted(bean.getAnnotation(MessageDriven.class).name()))
        .collect(
            Collectors.joining(
                "",
                "<glassfish-ejb-jar>\n  <enterprise-beans>\n",
                "  </enterprise-beans>\n</glassfish-ejb-jar>\n"));
  }
}
