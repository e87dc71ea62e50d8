package io.bindery.sample.orders.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.OrderFile;
import io.bindery.sample.orders.database.TestDatabase;
import io.bindery.sample.orders.intake.Upload.State;
import io.bindery.sample.orders.intake.Upload.Status;
import jakarta.ejb.EJBException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class UploadTableTest {
  private final DataSource source = TestDatabase.fresh();
  private final UploadTable table = new UploadTable(source);
  private final Uploads uploads = new Uploads(table);
  private final UploadIntake intake =
      new UploadIntake(new ChunkPublisher((run, orders) -> {}, table), table);

  private void send(UploadIntake to, Upload upload, byte[] file, int end) {
    int from = (int) upload.status().confirmedByte();
    to.receive(upload, from, new ByteArrayInputStream(Arrays.copyOfRange(file, from, end)));
  }

  private void recordOne(String run) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO done VALUES (?, 'billing', 'o-1', 1)")) {
      insert.setString(1, run);
      insert.execute();
    }
  }

  @Test
  void anotherDeskGoesOnWhereAnUploadWasConfirmed() {
    byte[] file = OrderFile.bytes(11, 1_700);
    Upload upload = uploads.open("f", file.length);
    send(intake, upload, file, file.length / 2);
    Status half = upload.status();

    Upload again = new Uploads(table).get(upload.id());
    assertEquals(half, again.status());
    send(intake, again, file, file.length);
    Status whole = new Uploads(table).get(upload.id()).status();
    assertEquals(State.COMPLETE, whole.state());
    assertEquals(1_701, whole.confirmedLine());
    assertEquals(1_700, whole.published() + whole.badCount());
    assertEquals(again.status(), whole);
  }

  @Test
  void theColumnsAreKeptInTheOrderOfTheFile() {
    byte[] file =
        "amount,id,region,speed,customer,item,quantity\n9.50,o-1,eu,standard,Ada,pencil,2\n"
            .getBytes(StandardCharsets.UTF_8);
    Upload upload = uploads.open("f", file.length);
    send(intake, upload, file, 50);
    Upload again = new Uploads(table).get(upload.id());
    assertEquals(1, again.status().confirmedLine());
    send(intake, again, file, file.length);
    assertEquals(1, again.status().published());
  }

  @Test
  void aPlaceThatIsNoLongerThereIsNotMovedFrom() {
    byte[] file = OrderFile.bytes(12, 900);
    Upload upload = uploads.open("f", file.length);
    Upload stale = new Uploads(table).get(upload.id());
    send(intake, upload, file, file.length);
    DeskException refusal =
        assertThrows(DeskException.class, () -> send(intake, stale, file, file.length));
    assertEquals(409, refusal.status());
  }

  @Test
  void afterATransactionOfUnknownEndTheDatabaseSaysWhereToGoOn() {
    byte[] file = OrderFile.bytes(13, 900);
    Upload upload = uploads.open("f", file.length);
    ChunkChannel committed = new ChunkPublisher((run, orders) -> {}, table);
    ChunkChannel silent =
        (to, chunk) -> {
          committed.publish(to, chunk);
          throw new EJBException("nobody knows");
        };
    DeskException refusal =
        assertThrows(
            DeskException.class,
            () -> send(new UploadIntake(silent, table), upload, file, file.length));
    assertEquals(503, refusal.status());
    assertEquals(Limits.CHUNK_LINES, upload.status().confirmedLine());
    assertEquals(State.WAITING, upload.status().state());
    send(intake, upload, file, file.length);
    assertEquals(900, upload.status().published() + upload.status().badCount());
  }

  @Test
  void aForgottenUploadTakesItsRecordsAlong() throws SQLException {
    String id = uploads.open("f", 1).id();
    String kept = uploads.open("g", 1).id();
    recordOne(id);
    recordOne(kept);
    recordOne("single");
    table.forget(id);
    assertEquals(2, table.recorded());
    assertEquals(List.of(kept), table.all().stream().map(each -> each.status().id()).toList());
    table.forgetLoose();
    assertEquals(1, table.recorded());
  }

  @Test
  void aRefusedUploadStaysRefused() {
    Upload upload = uploads.open("f", 9);
    byte[] file = "nonsense\n".getBytes(StandardCharsets.UTF_8);
    assertThrows(DeskException.class, () -> send(intake, upload, file, file.length));
    assertEquals(State.REFUSED, new Uploads(table).get(upload.id()).status().state());
  }
}
