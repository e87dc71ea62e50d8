package io.bindery.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bindery.broker.store.StoreSettings;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URIs of embedded brokers. */
class VmUriTest {
  @ParameterizedTest
  @CsvSource({
    "vm://orders, orders, 0",
    "vm://A.b_c-9, A.b_c-9, 0",
    "vm://orders?, orders, 0",
    "vm://orders?memory=1, orders, 1",
    "vm://orders?memory=64k, orders, 65536",
    "vm://orders?memory=64M, orders, 67108864",
    "vm://orders?memory=999999999g, orders, 1073741822926258176"
  })
  void isUnderstood(URI uri, String name, long memoryBytes) throws AmqpException {
    VmUri parsed = VmUri.parse(uri);
    assertEquals(name, parsed.name());
    assertEquals(memoryBytes, parsed.memoryBytes());
    assertEquals("", parsed.users());
    assertEquals(URI.create("vm://" + name), parsed.plain());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "vm:orders; the name is missing",
        "vm:///path; the name is missing",
        "vm://a%20b; the name 'a%20b' is not allowed",
        "vm://orders:5672; 1 to 64 letters",
        "vm://orders/x; there is '/x'",
        "vm://orders#x; there is '#x'",
        "vm://orders?memory; memory is ''",
        "vm://orders?memory=0; memory is '0'",
        "vm://orders?memory=-1; memory is '-1'",
        "vm://orders?memory=1t; memory is '1t'",
        "vm://orders?memory=1000000000g; memory is '1000000000g'",
        "vm://orders?memory=1&memory=2; memory is given twice",
        "vm://orders?users=a&users=b; users is given twice",
        "vm://orders?users; users is empty",
        "vm://orders?vhost=x; there is no parameter 'vhost'; there are dir, sync, acks, segment, memory, users",
        "vm://orders?dir=; dir is empty",
        "vm://orders?sync=off; sync says how a directory is kept, and there is none: add dir=PATH",
        "vm://orders?dir=/x&sync=no; sync is 'no', but must be on or off",
        "vm://orders?dir=/x&acks=later; acks is 'later', but must be soon or always",
        "vm://orders?dir=/x&segment=1k; segment is 1024 bytes, but must be from 64k to 1g",
      })
  void saysWhatIsWrong(URI uri, String part) {
    AmqpException failure = assertThrows(AmqpException.class, () -> VmUri.parse(uri));
    assertEquals(ReplyCode.NOT_ALLOWED, failure.replyCode());
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }

  @Test
  void aNameHasAtMost64Characters() throws AmqpException {
    assertEquals(64, VmUri.parse(URI.create("vm://" + "n".repeat(64))).name().length());
    assertThrows(AmqpException.class, () -> VmUri.parse(URI.create("vm://" + "n".repeat(65))));
  }

  @Test
  void neverShowsAPassword() {
    AmqpException failure =
        assertThrows(AmqpException.class, () -> VmUri.parse(URI.create("vm://user:secret@orders")));
    assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
  }

  @Test
  void aFileOfUsersIsNamedByItsPath() throws AmqpException {
    VmUri parsed = VmUri.parse(URI.create("vm://orders?users=/etc/my%20users&memory=1k"));
    assertEquals("/etc/my users", parsed.users());
    assertEquals(1024, parsed.memoryBytes());
  }

  @Test
  void aDirectoryAndHowItIsKept() throws AmqpException {
    assertEquals("", VmUri.parse(URI.create("vm://orders")).dir());
    VmUri plain = VmUri.parse(URI.create("vm://orders?dir=/var/my%20orders"));
    assertEquals("/var/my orders", plain.dir());
    assertEquals(StoreSettings.DEFAULT, plain.disk());
    VmUri all = VmUri.parse(URI.create("vm://orders?dir=x&sync=off&acks=always&segment=1m"));
    assertFalse(all.disk().journal().sync());
    assertTrue(all.disk().acknowledgeAtOnce());
    assertEquals(1 << 20, all.disk().journal().segmentBytes());
  }
}
