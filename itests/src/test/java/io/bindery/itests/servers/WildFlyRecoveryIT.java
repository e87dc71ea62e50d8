package io.bindery.itests.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Recovery by WildFly's transaction manager, Narayana. */
class WildFlyRecoveryIT extends RecoveryContract {
  private static final String ADAPTERS =
      "<subsystem xmlns=\"urn:jboss:domain:resource-adapters:7.1\"";

  private static final String ADAPTER =
      """
      >
        <resource-adapters>
          <resource-adapter id="recovery">
            <archive>bindery.rar</archive>
            <transaction-support>XATransaction</transaction-support>
            <config-property name="uri">%s</config-property>
            <connection-definitions>
              <connection-definition class-name="io.bindery.ra.BinderyManagedConnectionFactory" jndi-name="java:/jms/recovery" pool-name="recovery" enabled="true" use-java-context="true">
                <xa-pool/>
                <recovery no-recovery="false">
                  <recover-credential user-name="recovery" password="recovery"/>
                </recovery>
              </connection-definition>
            </connection-definitions>
          </resource-adapter>
        </resource-adapters>
      </subsystem>
      """;

  private static final String DATABASE =
      """
      <xa-datasource jndi-name="java:/jdbc/recovery" pool-name="recoveryDatabase">
        <xa-datasource-property name="URL">%s</xa-datasource-property>
        <driver>h2</driver>
        <security user-name="sa" password="sa"/>
      </xa-datasource>
      <drivers>
      """;

  @Override
  Path prepared() throws IOException {
    return WildFly.prepared(
        "wildfly-recovery",
        text ->
            text.replace(ADAPTERS + "/>", ADAPTERS + ADAPTER.formatted(URI + broker(work())))
                .replaceFirst("<drivers>", DATABASE.formatted(database(work()))));
  }

  private static Path work() {
    return Place.workFolder("wildfly-recovery");
  }

  @Override
  Running started(Path work, boolean again) throws IOException {
    List<String> properties = new ArrayList<>(properties(work));
    properties.add("RecoveryEnvironmentBean.periodicRecoveryPeriod=2");
    properties.add("RecoveryEnvironmentBean.recoveryBackoffPeriod=1");
    WildFly server = new WildFly(work, properties);
    if (!again) {
      server.deploy(List.of(Archives.RAR, Archives.RECOVERY_WAR));
    }
    return new Running(server.process(), server.port());
  }
}
