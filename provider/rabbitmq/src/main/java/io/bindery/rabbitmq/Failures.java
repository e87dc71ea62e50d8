package io.bindery.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.XaException;
import java.util.Map;

/** What servers and the client library say went wrong, as the seam says it. */
final class Failures {
  private Failures() {}

  /** What ended a channel or a connection. */
  static AmqpException of(ShutdownSignalException signal) {
    Method reason = signal.getReason();
    if (reason instanceof AMQP.Channel.Close close) {
      return closed(close.getReplyCode(), close.getReplyText(), signal);
    }
    if (reason instanceof AMQP.Connection.Close close && !signal.isInitiatedByApplication()) {
      return closed(close.getReplyCode(), close.getReplyText(), signal);
    }
    if (signal.isInitiatedByApplication()) {
      return new AmqpException(ReplyCode.CHANNEL_ERROR, "The channel is closed");
    }
    Throwable cause = signal.getCause();
    return new AmqpException(
        ReplyCode.CONNECTION_FORCED,
        "The connection was lost" + (cause == null ? "" : ": " + told(cause)),
        signal);
  }

  /** What a failed call of the client library threw. */
  static AmqpException of(Exception failure, String doing) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof AmqpException known) {
        return known;
      }
      if (each instanceof AlreadyClosedException) {
        return new AmqpException(ReplyCode.CHANNEL_ERROR, "The channel is closed", failure);
      }
      if (each instanceof ShutdownSignalException signal) {
        return of(signal);
      }
    }
    if (failure instanceof IllegalArgumentException) {
      return new AmqpException(
          ReplyCode.PRECONDITION_FAILED, doing + ": " + failure.getMessage(), failure);
    }
    return new AmqpException(
        ReplyCode.CONNECTION_FORCED, doing + " failed: " + told(failure), failure);
  }

  private static String told(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
  }

  private static AmqpException closed(int code, String text, Throwable cause) {
    ReplyCode known = replyCode(code);
    return new AmqpException(known, withoutCode(known, text), cause);
  }

  /** The code that a number is; INTERNAL_ERROR for one that AMQP has not. */
  static ReplyCode replyCode(int number) {
    for (ReplyCode each : ReplyCode.values()) {
      if (each.code() == number) {
        return each;
      }
    }
    return ReplyCode.INTERNAL_ERROR;
  }

  private static String withoutCode(ReplyCode code, String text) {
    String prefix = code + " - ";
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  /** The failure that the answer to a command tells; null when it went well. */
  static AmqpException told(Map<String, Object> answer) {
    if (!(answer.get("reply-code") instanceof Number code)) {
      return null;
    }
    String text = String.valueOf(answer.get("reply-text"));
    return answer.get("xa-error") instanceof Number error
        ? new XaException(error.intValue(), text)
        : new AmqpException(replyCode(code.intValue()), text);
  }
}
