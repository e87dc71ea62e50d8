package io.bindery.itests.wire;

import io.bindery.amqp.codec.ContentHeader;
import io.bindery.amqp.codec.Method;

/** One thing that a broker says. */
sealed interface Heard {
  /** The protocol header that it would speak. */
  record Greeting(byte[] octets) implements Heard {}

  /** A method. */
  record Said(int channel, Method method) implements Heard {}

  /** A content header. */
  record Header(int channel, ContentHeader header) implements Heard {}

  /** A content body frame. */
  record Body(int channel, byte[] octets) implements Heard {}

  /** A heartbeat. */
  record Beat() implements Heard {}

  /** It has cut the connection. */
  record End() implements Heard {}
}
