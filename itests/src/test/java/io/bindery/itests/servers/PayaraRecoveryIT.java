package io.bindery.itests.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Recovery by Payara Micro, which finds in its root folder what was deployed before. */
class PayaraRecoveryIT extends RecoveryContract {
  @Override
  Path prepared() throws IOException {
    return Place.work("payara-recovery");
  }

  @Override
  Running started(Path work, boolean again) throws IOException {
    int port = Place.freePort();
    List<String> resources =
        List.of(
            "create-resource-adapter-config --property uri="
                + escaped(URI + broker(work))
                + " bindery",
            "deploy " + Archives.RAR,
            "create-connector-connection-pool --raname bindery --connectiondefinition"
                + " jakarta.jms.ConnectionFactory --transactionsupport XATransaction recovery",
            "create-connector-resource --poolname recovery jms/recovery",
            "create-jdbc-connection-pool --datasourceclassname org.h2.jdbcx.JdbcDataSource --restype"
                + " javax.sql.XADataSource --property user=sa:password=sa:URL="
                + escaped(database(work))
                + " recoveryDatabase",
            "create-jdbc-resource --connectionpoolid recoveryDatabase jdbc/recovery");
    ServerProcess process =
        new PayaraMicro(work, properties(work)).started(port, resources, Archives.RECOVERY_WAR);
    return new Running(process, port);
  }

  private static String escaped(String value) {
    return value.replace(":", "\\:").replace("=", "\\=");
  }
}
