package io.bindery.amqp.codec;

/** The methods of class confirm (AMQP 0-9-1, class 85). */
public sealed interface ConfirmMethod extends Method {
  /** Asks for confirms. */
  record Select(boolean noWait) implements ConfirmMethod {
    static Select read(ArgumentReader in) throws ProtocolException {
      boolean noWait = in.bit();
      return new Select(noWait);
    }

    @Override
    public MethodType type() {
      return MethodType.CONFIRM_SELECT;
    }

    @Override
    public void write(ArgumentWriter out) {
      out.bit(noWait);
    }
  }

  /** Publishes are confirmed from now on. */
  record SelectOk() implements ConfirmMethod {
    static SelectOk read(ArgumentReader in) throws ProtocolException {
      return new SelectOk();
    }

    @Override
    public MethodType type() {
      return MethodType.CONFIRM_SELECT_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }
}
