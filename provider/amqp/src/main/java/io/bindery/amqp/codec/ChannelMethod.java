package io.bindery.amqp.codec;

/** The methods of class channel (AMQP 0-9-1, class 20). */
public sealed interface ChannelMethod extends Method {
  /** Opens a channel. */
  record Open() implements ChannelMethod {
    static Open read(ArgumentReader in) throws ProtocolException {
      in.shortString();
      return new Open();
    }

    @Override
    public MethodType type() {
      return MethodType.CHANNEL_OPEN;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortString("");
    }
  }

  /** The channel is open. */
  record OpenOk() implements ChannelMethod {
    static OpenOk read(ArgumentReader in) throws ProtocolException {
      in.longString();
      return new OpenOk();
    }

    @Override
    public MethodType type() {
      return MethodType.CHANNEL_OPEN_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.longString("");
    }
  }

  /** Stops or resumes the flow of content. */
  record Flow(boolean active) implements ChannelMethod {
    static Flow read(ArgumentReader in) throws ProtocolException {
      boolean active = in.bit();
      return new Flow(active);
    }

    @Override
    public MethodType type() {
      return MethodType.CHANNEL_FLOW;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.bit(active);
    }
  }

  /** The flow was stopped or resumed. */
  record FlowOk(boolean active) implements ChannelMethod {
    static FlowOk read(ArgumentReader in) throws ProtocolException {
      boolean active = in.bit();
      return new FlowOk(active);
    }

    @Override
    public MethodType type() {
      return MethodType.CHANNEL_FLOW_OK;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.bit(active);
    }
  }

  /** Ends the channel, and says why. */
  record Close(int replyCode, String replyText, int classId, int methodId)
      implements ChannelMethod {
    static Close read(ArgumentReader in) throws ProtocolException {
      int replyCode = in.shortInt();
      String replyText = in.shortString();
      int classId = in.shortInt();
      int methodId = in.shortInt();
      return new Close(replyCode, replyText, classId, methodId);
    }

    @Override
    public MethodType type() {
      return MethodType.CHANNEL_CLOSE;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortInt(classId);
      out.shortInt(methodId);
    }
  }

  /** The channel is closed. */
  record CloseOk() implements ChannelMethod {
    static CloseOk read(ArgumentReader in) throws ProtocolException {
      return new CloseOk();
    }

    @Override
    public MethodType type() {
      return MethodType.CHANNEL_CLOSE_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }
}
