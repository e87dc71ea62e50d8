package io.bindery.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import com.rabbitmq.client.impl.SocketFrameHandlerFactory;
import java.io.IOException;
import java.net.Socket;

/** The client library's factory, with sockets that make few calls of the system. One thread. */
final class JoiningFactory extends ConnectionFactory {
  private Outflow latest;

  /** By which the connection writes that was made last. */
  Outflow latest() {
    return latest;
  }

  @Override
  protected FrameHandlerFactory createFrameHandlerFactory() {
    return new SocketFrameHandlerFactory(
        getConnectionTimeout(),
        getSocketFactory(),
        getSocketConfigurator(),
        isSSL(),
        null,
        null,
        Integer.MAX_VALUE) {
      @Override
      public FrameHandler create(Socket socket) throws IOException {
        JoiningSocket joining = new JoiningSocket(socket);
        latest = joining.out();
        try {
          return super.create(joining);
        } catch (IOException e) {
          joining.close();
          throw e;
        }
      }
    };
  }
}
