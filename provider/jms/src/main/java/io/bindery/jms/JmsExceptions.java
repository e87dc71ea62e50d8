package io.bindery.jms;

import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.selector.SelectorException;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;

/**
 * The one table from an engine's failures to the exceptions of Jakarta Messaging (chapter 10), and
 * from the checked ones to the unchecked ones. The error code is the AMQP reply code, for example
 * {@code 404 NOT_FOUND}; the engine's failure is the cause and the linked exception. Thread-safe.
 */
public final class JmsExceptions {
  private JmsExceptions() {}

  /**
   * The exception for a failure of the engine.
   *
   * @param doing what was being done, e.g. {@code "creating a consumer of orders"}
   */
  public static JMSException of(AmqpException failure, String doing) {
    String text = doing + ": " + failure.getMessage();
    return linked(byReplyCode(failure, text, code(failure)), failure);
  }

  /**
   * {@link TransactionRolledBackException} for a commit that the engine refused; not for one whose
   * outcome shows only when the broker's store is opened again.
   */
  static JMSException rolledBack(AmqpException failure) {
    if (failure.replyCode() == ReplyCode.INTERNAL_ERROR) {
      return of(failure, "The commit failed");
    }
    String text = "The commit failed and the transaction was rolled back: " + failure.getMessage();
    return linked(new TransactionRolledBackException(text, code(failure)), failure);
  }

  /**
   * {@link InvalidDestinationException} for a destination that the engine does not have or does not
   * give.
   */
  static JMSException invalidDestination(AmqpException failure, String doing) {
    return linked(
        new InvalidDestinationException(doing + ": " + failure.getMessage(), code(failure)),
        failure);
  }

  /** {@link InvalidClientIDException} for a client identifier that the engine refused. */
  static JMSException invalidClientId(AmqpException failure, String clientId) {
    String text = "The client identifier '" + clientId + "' was refused: " + failure.getMessage();
    return linked(new InvalidClientIDException(text, code(failure)), failure);
  }

  /** {@link IllegalStateException} of Jakarta Messaging with a text. */
  static JMSException illegalState(String text) {
    return new IllegalStateException(text);
  }

  /**
   * For a message that its engine cannot read back. It stays with its session until that closes, so
   * that it is not lost and holds up none behind it.
   */
  static JMSException unreadable(RuntimeException failure, Destination destination) {
    String text = "A message of " + destination + " cannot be read: " + failure.getMessage();
    ReplyCode code = ReplyCode.INTERNAL_ERROR;
    return linked(new JMSException(text, code.code() + " " + code), failure);
  }

  /** Sets cause and linked exception. */
  static <T extends JMSException> T linked(T exception, Exception cause) {
    exception.initCause(cause);
    exception.setLinkedException(cause);
    return exception;
  }

  private static String code(AmqpException failure) {
    ReplyCode code = failure.replyCode();
    return code.code() + " " + code;
  }

  private static JMSException byReplyCode(AmqpException failure, String text, String code) {
    if (failure instanceof SelectorException) {
      return new InvalidSelectorException(text, code);
    }
    return switch (failure.replyCode()) {
      case ACCESS_REFUSED -> new JMSSecurityException(text, code);
      case NOT_FOUND, NO_ROUTE -> new InvalidDestinationException(text, code);
      case CONTENT_TOO_LARGE, RESOURCE_ERROR -> new ResourceAllocationException(text, code);
      case PRECONDITION_FAILED, RESOURCE_LOCKED, CHANNEL_ERROR ->
          new IllegalStateException(text, code);
      default -> new JMSException(text, code);
    };
  }

  /** The unchecked exception that stands for a checked one (Jakarta Messaging 10.2). */
  public static JMSRuntimeException unchecked(JMSException checked) {
    String text = checked.getMessage();
    String code = checked.getErrorCode();
    if (checked instanceof IllegalStateException) {
      return new IllegalStateRuntimeException(text, code, checked);
    } else if (checked instanceof InvalidClientIDException) {
      return new InvalidClientIDRuntimeException(text, code, checked);
    } else if (checked instanceof InvalidDestinationException) {
      return new InvalidDestinationRuntimeException(text, code, checked);
    } else if (checked instanceof InvalidSelectorException) {
      return new InvalidSelectorRuntimeException(text, code, checked);
    } else if (checked instanceof JMSSecurityException) {
      return new JMSSecurityRuntimeException(text, code, checked);
    } else if (checked instanceof MessageFormatException) {
      return new MessageFormatRuntimeException(text, code, checked);
    } else if (checked instanceof MessageNotWriteableException) {
      return new MessageNotWriteableRuntimeException(text, code, checked);
    } else if (checked instanceof ResourceAllocationException) {
      return new ResourceAllocationRuntimeException(text, code, checked);
    } else if (checked instanceof TransactionInProgressException) {
      return new TransactionInProgressRuntimeException(text, code, checked);
    } else if (checked instanceof TransactionRolledBackException) {
      return new TransactionRolledBackRuntimeException(text, code, checked);
    }
    return new JMSRuntimeException(text, code, checked);
  }

  /** Something of the classic API that yields a value. */
  interface Call<T> {
    T run() throws JMSException;
  }

  /** Something of the classic API. */
  interface Action {
    void run() throws JMSException;
  }

  /** Calls, with unchecked exceptions. */
  static <T> T call(Call<T> call) {
    try {
      return call.run();
    } catch (JMSException e) {
      throw unchecked(e);
    }
  }

  /** Runs, with unchecked exceptions. */
  static void run(Action action) {
    try {
      action.run();
    } catch (JMSException e) {
      throw unchecked(e);
    }
  }
}
