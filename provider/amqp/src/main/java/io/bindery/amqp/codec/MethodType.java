package io.bindery.amqp.codec;

import java.util.Locale;

/** All methods of AMQP 0-9-1 and of RabbitMQ's extensions, with their numbers on the wire. */
public enum MethodType {
  /** connection.start. */
  CONNECTION_START(10, 10, ConnectionMethod.Start::read),
  /** connection.start-ok. */
  CONNECTION_START_OK(10, 11, ConnectionMethod.StartOk::read),
  /** connection.secure. */
  CONNECTION_SECURE(10, 20, ConnectionMethod.Secure::read),
  /** connection.secure-ok. */
  CONNECTION_SECURE_OK(10, 21, ConnectionMethod.SecureOk::read),
  /** connection.tune. */
  CONNECTION_TUNE(10, 30, ConnectionMethod.Tune::read),
  /** connection.tune-ok. */
  CONNECTION_TUNE_OK(10, 31, ConnectionMethod.TuneOk::read),
  /** connection.open. */
  CONNECTION_OPEN(10, 40, ConnectionMethod.Open::read),
  /** connection.open-ok. */
  CONNECTION_OPEN_OK(10, 41, ConnectionMethod.OpenOk::read),
  /** connection.close. */
  CONNECTION_CLOSE(10, 50, ConnectionMethod.Close::read),
  /** connection.close-ok. */
  CONNECTION_CLOSE_OK(10, 51, ConnectionMethod.CloseOk::read),
  /** connection.blocked. */
  CONNECTION_BLOCKED(10, 60, ConnectionMethod.Blocked::read),
  /** connection.unblocked. */
  CONNECTION_UNBLOCKED(10, 61, ConnectionMethod.Unblocked::read),
  /** connection.update-secret. */
  CONNECTION_UPDATE_SECRET(10, 70, ConnectionMethod.UpdateSecret::read),
  /** connection.update-secret-ok. */
  CONNECTION_UPDATE_SECRET_OK(10, 71, ConnectionMethod.UpdateSecretOk::read),
  /** channel.open. */
  CHANNEL_OPEN(20, 10, ChannelMethod.Open::read),
  /** channel.open-ok. */
  CHANNEL_OPEN_OK(20, 11, ChannelMethod.OpenOk::read),
  /** channel.flow. */
  CHANNEL_FLOW(20, 20, ChannelMethod.Flow::read),
  /** channel.flow-ok. */
  CHANNEL_FLOW_OK(20, 21, ChannelMethod.FlowOk::read),
  /** channel.close. */
  CHANNEL_CLOSE(20, 40, ChannelMethod.Close::read),
  /** channel.close-ok. */
  CHANNEL_CLOSE_OK(20, 41, ChannelMethod.CloseOk::read),
  /** exchange.declare. */
  EXCHANGE_DECLARE(40, 10, ExchangeMethod.Declare::read),
  /** exchange.declare-ok. */
  EXCHANGE_DECLARE_OK(40, 11, ExchangeMethod.DeclareOk::read),
  /** exchange.delete. */
  EXCHANGE_DELETE(40, 20, ExchangeMethod.Delete::read),
  /** exchange.delete-ok. */
  EXCHANGE_DELETE_OK(40, 21, ExchangeMethod.DeleteOk::read),
  /** exchange.bind. */
  EXCHANGE_BIND(40, 30, ExchangeMethod.Bind::read),
  /** exchange.bind-ok. */
  EXCHANGE_BIND_OK(40, 31, ExchangeMethod.BindOk::read),
  /** exchange.unbind. */
  EXCHANGE_UNBIND(40, 40, ExchangeMethod.Unbind::read),
  /** exchange.unbind-ok. */
  EXCHANGE_UNBIND_OK(40, 51, ExchangeMethod.UnbindOk::read),
  /** queue.declare. */
  QUEUE_DECLARE(50, 10, QueueMethod.Declare::read),
  /** queue.declare-ok. */
  QUEUE_DECLARE_OK(50, 11, QueueMethod.DeclareOk::read),
  /** queue.bind. */
  QUEUE_BIND(50, 20, QueueMethod.Bind::read),
  /** queue.bind-ok. */
  QUEUE_BIND_OK(50, 21, QueueMethod.BindOk::read),
  /** queue.unbind. */
  QUEUE_UNBIND(50, 50, QueueMethod.Unbind::read),
  /** queue.unbind-ok. */
  QUEUE_UNBIND_OK(50, 51, QueueMethod.UnbindOk::read),
  /** queue.purge. */
  QUEUE_PURGE(50, 30, QueueMethod.Purge::read),
  /** queue.purge-ok. */
  QUEUE_PURGE_OK(50, 31, QueueMethod.PurgeOk::read),
  /** queue.delete. */
  QUEUE_DELETE(50, 40, QueueMethod.Delete::read),
  /** queue.delete-ok. */
  QUEUE_DELETE_OK(50, 41, QueueMethod.DeleteOk::read),
  /** basic.qos. */
  BASIC_QOS(60, 10, BasicMethod.Qos::read),
  /** basic.qos-ok. */
  BASIC_QOS_OK(60, 11, BasicMethod.QosOk::read),
  /** basic.consume. */
  BASIC_CONSUME(60, 20, BasicMethod.Consume::read),
  /** basic.consume-ok. */
  BASIC_CONSUME_OK(60, 21, BasicMethod.ConsumeOk::read),
  /** basic.cancel. */
  BASIC_CANCEL(60, 30, BasicMethod.Cancel::read),
  /** basic.cancel-ok. */
  BASIC_CANCEL_OK(60, 31, BasicMethod.CancelOk::read),
  /** basic.publish. */
  BASIC_PUBLISH(60, 40, BasicMethod.Publish::read, true),
  /** basic.return. */
  BASIC_RETURN(60, 50, BasicMethod.Return::read, true),
  /** basic.deliver. */
  BASIC_DELIVER(60, 60, BasicMethod.Deliver::read, true),
  /** basic.get. */
  BASIC_GET(60, 70, BasicMethod.Get::read),
  /** basic.get-ok. */
  BASIC_GET_OK(60, 71, BasicMethod.GetOk::read, true),
  /** basic.get-empty. */
  BASIC_GET_EMPTY(60, 72, BasicMethod.GetEmpty::read),
  /** basic.ack. */
  BASIC_ACK(60, 80, BasicMethod.Ack::read),
  /** basic.reject. */
  BASIC_REJECT(60, 90, BasicMethod.Reject::read),
  /** basic.recover-async. */
  BASIC_RECOVER_ASYNC(60, 100, BasicMethod.RecoverAsync::read),
  /** basic.recover. */
  BASIC_RECOVER(60, 110, BasicMethod.Recover::read),
  /** basic.recover-ok. */
  BASIC_RECOVER_OK(60, 111, BasicMethod.RecoverOk::read),
  /** basic.nack. */
  BASIC_NACK(60, 120, BasicMethod.Nack::read),
  /** tx.select. */
  TX_SELECT(90, 10, TxMethod.Select::read),
  /** tx.select-ok. */
  TX_SELECT_OK(90, 11, TxMethod.SelectOk::read),
  /** tx.commit. */
  TX_COMMIT(90, 20, TxMethod.Commit::read),
  /** tx.commit-ok. */
  TX_COMMIT_OK(90, 21, TxMethod.CommitOk::read),
  /** tx.rollback. */
  TX_ROLLBACK(90, 30, TxMethod.Rollback::read),
  /** tx.rollback-ok. */
  TX_ROLLBACK_OK(90, 31, TxMethod.RollbackOk::read),
  /** confirm.select. */
  CONFIRM_SELECT(85, 10, ConfirmMethod.Select::read),
  /** confirm.select-ok. */
  CONFIRM_SELECT_OK(85, 11, ConfirmMethod.SelectOk::read);

  private static final int MAX_CLASS = 90;
  private static final int MAX_METHOD = 120;
  private static final MethodType[][] BY_ID = new MethodType[MAX_CLASS + 1][];

  static {
    for (MethodType type : values()) {
      if (BY_ID[type.classId] == null) {
        BY_ID[type.classId] = new MethodType[MAX_METHOD + 1];
      }
      BY_ID[type.classId][type.methodId] = type;
    }
  }

  private final int classId;
  private final int methodId;
  private final boolean hasContent;
  private final Arguments arguments;

  /** Reads the arguments of one method. */
  private interface Arguments {
    Method read(ArgumentReader in) throws ProtocolException;
  }

  MethodType(int classId, int methodId, Arguments arguments) {
    this(classId, methodId, arguments, false);
  }

  MethodType(int classId, int methodId, Arguments arguments, boolean hasContent) {
    this.classId = classId;
    this.methodId = methodId;
    this.arguments = arguments;
    this.hasContent = hasContent;
  }

  /** The method with these numbers, or null. */
  static MethodType of(int classId, int methodId) {
    MethodType[] methods = classId > MAX_CLASS ? null : BY_ID[classId];
    return methods == null || methodId > MAX_METHOD ? null : methods[methodId];
  }

  /** The number of its class. */
  public int classId() {
    return classId;
  }

  /** Its number within the class. */
  public int methodId() {
    return methodId;
  }

  /** Whether a content follows it. */
  public boolean hasContent() {
    return hasContent;
  }

  Method read(ArgumentReader in) throws ProtocolException {
    return arguments.read(in);
  }

  /** As the specification writes it, for example {@code basic.get-ok}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
  }
}
