package io.bindery.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import java.io.OutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** What a connection has to be told before it is one. */
class BeginningTest {
  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            BeginningTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** It would be taken for a server that has no XA. */
  @Test
  void whoIsNotToldWhatTheServerCanIsNotConnected() {
    ShutdownSignalException lost = new ShutdownSignalException(false, false, null, null);
    Channel channel =
        fake(
            Channel.class,
            (self, method, arguments) -> {
              if (method.getName().equals("basicPublish")) {
                throw new AlreadyClosedException(lost);
              }
              return null;
            });
    Connection wire =
        fake(
            Connection.class,
            (self, method, arguments) -> method.getName().equals("createChannel") ? channel : null);
    Outflow out = new Outflow(OutputStream.nullOutputStream(), () -> {}, "unused");
    RabbitConnection connection =
        new RabbitConnection(
            null, new Dialer.Answered(wire, out, "one", "/", null), new Errands("beginning"));
    AmqpException why = assertThrows(AmqpException.class, connection::begin);
    assertEquals(ReplyCode.CHANNEL_ERROR, why.replyCode(), why.getMessage());
  }
}
