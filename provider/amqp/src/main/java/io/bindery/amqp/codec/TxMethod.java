package io.bindery.amqp.codec;

/** The methods of class tx (AMQP 0-9-1, class 90). */
public sealed interface TxMethod extends Method {
  /** Makes the channel transactional. */
  record Select() implements TxMethod {
    static Select read(ArgumentReader in) throws ProtocolException {
      return new Select();
    }

    @Override
    public MethodType type() {
      return MethodType.TX_SELECT;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** The channel is transactional. */
  record SelectOk() implements TxMethod {
    static SelectOk read(ArgumentReader in) throws ProtocolException {
      return new SelectOk();
    }

    @Override
    public MethodType type() {
      return MethodType.TX_SELECT_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Commits. */
  record Commit() implements TxMethod {
    static Commit read(ArgumentReader in) throws ProtocolException {
      return new Commit();
    }

    @Override
    public MethodType type() {
      return MethodType.TX_COMMIT;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** The transaction was committed. */
  record CommitOk() implements TxMethod {
    static CommitOk read(ArgumentReader in) throws ProtocolException {
      return new CommitOk();
    }

    @Override
    public MethodType type() {
      return MethodType.TX_COMMIT_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** Rolls back. */
  record Rollback() implements TxMethod {
    static Rollback read(ArgumentReader in) throws ProtocolException {
      return new Rollback();
    }

    @Override
    public MethodType type() {
      return MethodType.TX_ROLLBACK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }

  /** The transaction was rolled back. */
  record RollbackOk() implements TxMethod {
    static RollbackOk read(ArgumentReader in) throws ProtocolException {
      return new RollbackOk();
    }

    @Override
    public MethodType type() {
      return MethodType.TX_ROLLBACK_OK;
    }

    @Override
    public void write(ArgumentWriter out) {}
  }
}
