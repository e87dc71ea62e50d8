package io.bindery.amqp.codec;

import java.util.Map;

/** The methods of class connection (AMQP 0-9-1, class 10). */
public sealed interface ConnectionMethod extends Method {
  /** Opens the negotiation, with what the server is and can. */
  record Start(
      int versionMajor,
      int versionMinor,
      Map<String, Object> serverProperties,
      String mechanisms,
      String locales)
      implements ConnectionMethod {
    static Start read(ArgumentReader in) throws ProtocolException {
      int versionMajor = in.octet();
      int versionMinor = in.octet();
      Map<String, Object> serverProperties = in.table();
      String mechanisms = in.longString();
      String locales = in.longString();
      return new Start(versionMajor, versionMinor, serverProperties, mechanisms, locales);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_START;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.octet(versionMajor);
      out.octet(versionMinor);
      out.table(serverProperties);
      out.longString(mechanisms);
      out.longString(locales);
    }
  }

  /** Chooses a mechanism and answers its first challenge. */
  record StartOk(
      Map<String, Object> clientProperties, String mechanism, String response, String locale)
      implements ConnectionMethod {
    static StartOk read(ArgumentReader in) throws ProtocolException {
      Map<String, Object> clientProperties = in.table();
      String mechanism = in.shortString();
      String response = in.longString();
      String locale = in.shortString();
      return new StartOk(clientProperties, mechanism, response, locale);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_START_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.table(clientProperties);
      out.shortString(mechanism);
      out.longString(response);
      out.shortString(locale);
    }
  }

  /** Challenges the client once more. */
  record Secure(String challenge) implements ConnectionMethod {
    static Secure read(ArgumentReader in) throws ProtocolException {
      String challenge = in.longString();
      return new Secure(challenge);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_SECURE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longString(challenge);
    }
  }

  /** Answers a challenge. */
  record SecureOk(String response) implements ConnectionMethod {
    static SecureOk read(ArgumentReader in) throws ProtocolException {
      String response = in.longString();
      return new SecureOk(response);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_SECURE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longString(response);
    }
  }

  /** Proposes limits. */
  record Tune(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
    static Tune read(ArgumentReader in) throws ProtocolException {
      int channelMax = in.shortInt();
      long frameMax = in.longInt();
      int heartbeat = in.shortInt();
      return new Tune(channelMax, frameMax, heartbeat);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_TUNE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(channelMax);
      out.longInt(frameMax);
      out.shortInt(heartbeat);
    }
  }

  /** Settles the limits. */
  record TuneOk(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
    static TuneOk read(ArgumentReader in) throws ProtocolException {
      int channelMax = in.shortInt();
      long frameMax = in.longInt();
      int heartbeat = in.shortInt();
      return new TuneOk(channelMax, frameMax, heartbeat);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_TUNE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(channelMax);
      out.longInt(frameMax);
      out.shortInt(heartbeat);
    }
  }

  /** Opens a virtual host. */
  record Open(String virtualHost) implements ConnectionMethod {
    static Open read(ArgumentReader in) throws ProtocolException {
      String virtualHost = in.shortString();
      in.shortString();
      in.bit();
      return new Open(virtualHost);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_OPEN;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString(virtualHost);
      out.shortString("");
      out.bit(false);
    }
  }

  /** The virtual host is open. */
  record OpenOk() implements ConnectionMethod {
    static OpenOk read(ArgumentReader in) throws ProtocolException {
      in.shortString();
      return new OpenOk();
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_OPEN_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString("");
    }
  }

  /** Ends the connection, and says why. */
  record Close(int replyCode, String replyText, int classId, int methodId)
      implements ConnectionMethod {
    static Close read(ArgumentReader in) throws ProtocolException {
      int replyCode = in.shortInt();
      String replyText = in.shortString();
      int classId = in.shortInt();
      int methodId = in.shortInt();
      return new Close(replyCode, replyText, classId, methodId);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_CLOSE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortInt(classId);
      out.shortInt(methodId);
    }
  }

  /** The connection may be cut. */
  record CloseOk() implements ConnectionMethod {
    static CloseOk read(ArgumentReader in) throws ProtocolException {
      return new CloseOk();
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_CLOSE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** The server takes no publishes for now (an extension of RabbitMQ). */
  record Blocked(String reason) implements ConnectionMethod {
    static Blocked read(ArgumentReader in) throws ProtocolException {
      String reason = in.shortString();
      return new Blocked(reason);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_BLOCKED;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString(reason);
    }
  }

  /** The server takes publishes again. */
  record Unblocked() implements ConnectionMethod {
    static Unblocked read(ArgumentReader in) throws ProtocolException {
      return new Unblocked();
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_UNBLOCKED;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Replaces the password (an extension of RabbitMQ). */
  record UpdateSecret(String newSecret, String reason) implements ConnectionMethod {
    static UpdateSecret read(ArgumentReader in) throws ProtocolException {
      String newSecret = in.longString();
      String reason = in.shortString();
      return new UpdateSecret(newSecret, reason);
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_UPDATE_SECRET;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longString(newSecret);
      out.shortString(reason);
    }
  }

  /** The password was replaced. */
  record UpdateSecretOk() implements ConnectionMethod {
    static UpdateSecretOk read(ArgumentReader in) throws ProtocolException {
      return new UpdateSecretOk();
    }

    @Override
    public MethodType type() {
      return MethodType.CONNECTION_UPDATE_SECRET_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }
}
