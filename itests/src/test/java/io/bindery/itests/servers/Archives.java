package io.bindery.itests.servers;

import io.bindery.itests.recovery.RecoveryServlet;
import io.bindery.itests.smoke.OpenEjbServer;
import io.bindery.itests.smoke.SmokeServlet;
import java.nio.file.Path;
import java.util.List;
import org.jboss.shrinkwrap.api.ArchivePath;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The archives that are deployed. */
final class Archives {
  /** The adapter as the build has made it. */
  static final Path RAR = Place.deploy().resolve("bindery.rar");

  /** The web application, with the descriptors of all servers side by side. */
  static final Path WAR = Place.deploy().resolve("smoke.war");

  /** The beans without what needs a web container, and the program that serves them. */
  static final Path JAR = Place.deploy().resolve("smoke.jar");

  /** The application that is halted within a transaction. */
  static final Path RECOVERY_WAR = Place.deploy().resolve("recovery.war");

  private static final List<String> DESCRIPTORS =
      List.of("web.xml", "jboss-web.xml", "jboss-ejb3.xml", "jboss-deployment-structure.xml");

  private Archives() {}

  /** Makes the application's archives of this module's classes. */
  static void make() {
    WebArchive war =
        ShrinkWrap.create(WebArchive.class)
            .addPackage(SmokeServlet.class.getPackage())
            .deleteClass(OpenEjbServer.class)
            .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
    DESCRIPTORS.forEach(
        each -> war.addAsWebInfResource(Place.resource("web/" + each).toFile(), each));
    war.as(ZipExporter.class).exportTo(WAR.toFile(), true);
    ShrinkWrap.create(JavaArchive.class)
        .addPackages(false, Archives::needsNoWeb, SmokeServlet.class.getPackage())
        .addAsManifestResource(new StringAsset("<ejb-jar/>"), "ejb-jar.xml")
        .as(ZipExporter.class)
        .exportTo(JAR.toFile(), true);
  }

  /** Makes the archive of the application that is halted. */
  static void makeRecovery() {
    WebArchive war =
        ShrinkWrap.create(WebArchive.class).addPackage(RecoveryServlet.class.getPackage());
    for (String each : List.of("jboss-web.xml", "glassfish-web.xml")) {
      war.addAsWebInfResource(Place.resource("recovery/" + each).toFile(), each);
    }
    war.as(ZipExporter.class).exportTo(RECOVERY_WAR.toFile(), true);
  }

  private static boolean needsNoWeb(ArchivePath path) {
    return !path.get().endsWith("/SmokeServlet.class") && !path.get().endsWith("/Injected.class");
  }
}
