package io.bindery.amqp.server;

/**
 * Who has logged in.
 *
 * @param user a name
 * @param password what the engine is told when the virtual host is opened: never printed
 */
public record Login(String user, String password) {
  @Override
  public String toString() {
    return "Login[user=" + user + ", password=****]";
  }
}
