package io.bindery.itests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules between rooms. */
@AnalyzeClasses(
    packages = "io.bindery",
    importOptions = {ImportOption.DoNotIncludeTests.class, RoomsTest.OurOwn.class})
class RoomsTest {
  /** Without what others wrote and our jars hold under names of ours. */
  static final class OurOwn implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/shaded/");
    }
  }

  @ArchTest
  static final ArchRule THE_ENGINE_KNOWS_ONLY_THE_JDK =
      classes()
          .that()
          .resideInAPackage("io.bindery.engine..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.bindery.engine..", "java..", "javax.management..", "javax.transaction.xa..");

  @ArchTest
  static final ArchRule THE_BROKER_KNOWS_ONLY_THE_ENGINE =
      classes()
          .that()
          .resideInAPackage("io.bindery.broker..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.bindery.broker..",
              "io.bindery.engine..",
              "java..",
              "javax.management..",
              "javax.transaction.xa..");

  @ArchTest
  static final ArchRule THE_CODEC_KNOWS_ONLY_THE_ENGINE_AND_BUFFERS =
      classes()
          .that()
          .resideInAPackage("io.bindery.amqp.codec..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.bindery.amqp.codec..", "io.bindery.engine..", "io.netty.buffer..", "java..");

  @ArchTest
  static final ArchRule THE_WIRE_SERVER_KNOWS_THE_ENGINE_AND_THE_NETWORK =
      classes()
          .that()
          .resideInAPackage("io.bindery.amqp.server..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.bindery.amqp..",
              "io.bindery.engine",
              "io.netty.bootstrap..",
              "io.netty.buffer..",
              "io.netty.channel..",
              "io.netty.handler.ssl..",
              "io.netty.util..",
              "java..",
              "javax.net.ssl..",
              "javax.transaction.xa..");

  @ArchTest
  static final ArchRule THE_STATE_MACHINES_DO_NO_IO =
      noClasses()
          .that()
          .resideInAPackage("io.bindery.amqp.server..")
          .and()
          .haveNameNotMatching(".*\\.(AmqpServer|EventLoops|NettyWire)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty.bootstrap..", "io.netty.channel..");

  @ArchTest
  static final ArchRule THE_NETWORK_ENGINE_KNOWS_THE_ENGINE_AND_ITS_CLIENT =
      classes()
          .that()
          .resideInAPackage("io.bindery.rabbitmq..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.bindery.rabbitmq",
              "io.bindery.engine",
              "io.bindery.engine.json",
              "io.bindery.engine.management",
              "com.rabbitmq.client",
              "io.bindery.rabbitmq.shaded.com.rabbitmq.client",
              "java..",
              "javax.net..",
              "javax.transaction.xa..");

  @ArchTest
  static final ArchRule NOBODY_NAMES_THE_WIRE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.bindery.engine..", "io.bindery.broker..", "io.bindery.jms..", "io.bindery.ra..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.bindery.amqp..", "io.bindery.rabbitmq..", "com.rabbitmq..", "io.netty..");

  @ArchTest
  static final ArchRule NOBODY_NAMES_THE_BROKER =
      noClasses()
          .that()
          .resideInAnyPackage("io.bindery.jms..", "io.bindery.amqp..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.bindery.broker..");

  @ArchTest
  static final ArchRule THE_PROVIDER_KNOWS_NO_CONNECTORS =
      noClasses()
          .that()
          .resideInAPackage("io.bindery.jms..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta.resource..");

  @ArchTest
  static final ArchRule ROUTING_KNOWS_NO_QUEUES =
      noClasses()
          .that()
          .resideInAPackage("io.bindery.broker.routing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.bindery.broker",
              "io.bindery.broker.queue..",
              "io.bindery.broker.store..",
              "io.bindery.broker.journal..");

  @ArchTest
  static final ArchRule QUEUES_KNOW_NO_HOSTS =
      noClasses()
          .that()
          .resideInAnyPackage("io.bindery.broker.queue..", "io.bindery.broker.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.bindery.broker");

  @ArchTest
  static final ArchRule THE_JOURNAL_KNOWS_ONLY_ITS_OUTSIDE =
      classes()
          .that()
          .resideInAPackage("io.bindery.broker.journal..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.bindery.broker.journal..", "io.bindery.broker.runtime..", "java..");

  @ArchTest
  static final ArchRule THE_DISK_HAS_ONE_DOOR =
      noClasses()
          .that()
          .resideInAPackage("io.bindery.broker..")
          .and()
          .resideOutsideOfPackage("io.bindery.broker.runtime..")
          .and()
          .haveNameNotMatching("io\\.bindery\\.broker\\.journal\\.Disk(Directory|File)")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.channels..", "java.nio.file..")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.io\\.(File|RandomAccess).*");

  @ArchTest
  static final ArchRule TIME_AND_THREADS_ARE_INJECTED =
      noClasses()
          .that()
          .resideInAPackage("io.bindery.broker..")
          .and()
          .resideOutsideOfPackage("io.bindery.broker.runtime..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.Random.class);
}
