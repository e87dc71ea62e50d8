package io.bindery.ra;

import static java.lang.invoke.MethodType.methodType;

import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import javax.security.auth.Subject;

/**
 * Gives a Work to the server, as often as wanted.
 *
 * <p>A JDK before 24 gives each new thread the protection domains of all classes on the stack of
 * whoever makes it, and so their loaders. A server makes threads of its pool while a Work is
 * submitted, and may keep them for ever: each would hold this adapter, and the application that was
 * just sending, long after they are undeployed. So the server is called in a privileged action
 * without a context, in which all frames are the JDK's. New threads inherit the context class
 * loader, too; for the time of the call it is the server's own.
 *
 * <p>Thread-safe.
 */
final class Submission {
  private static final MethodHandle SCHEDULE = schedule();
  private static final MethodHandle PRIVILEGED = privileged();

  private final PrivilegedExceptionAction<?> action;
  private final ClassLoader serverLoader;

  /**
   * A submission.
   *
   * @param listener is told what the server does with the Work; may be null
   */
  Submission(WorkManager server, Work work, WorkListener listener) {
    serverLoader = server.getClass().getClassLoader();
    action =
        MethodHandleProxies.asInterfaceInstance(
            PrivilegedExceptionAction.class,
            MethodHandles.insertArguments(
                SCHEDULE, 0, server, work, WorkManager.INDEFINITE, null, listener));
  }

  private static MethodHandle schedule() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(
              WorkManager.class,
              "scheduleWork",
              methodType(
                  void.class, Work.class, long.class, ExecutionContext.class, WorkListener.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The WorkManager has no scheduleWork", e);
    }
  }

  /** {@code Subject.doAsPrivileged}, or null on a JDK that has it no more, and no need of it. */
  private static MethodHandle privileged() {
    try {
      Class<?> context = Class.forName("java.security.AccessControlContext");
      MethodHandle found =
          MethodHandles.publicLookup()
              .findStatic(
                  Subject.class,
                  "doAsPrivileged",
                  methodType(
                      Object.class, Subject.class, PrivilegedExceptionAction.class, context));
      MethodHandle bare = MethodHandles.insertArguments(found, 2, (Object) null);
      return MethodHandles.insertArguments(bare, 0, (Object) null);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /**
   * Submits the Work; it does not wait for its start.
   *
   * @throws WorkException if the server has no thread for it
   */
  void submit() throws WorkException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(serverLoader);
    try {
      if (PRIVILEGED == null) {
        action.run();
      } else {
        PRIVILEGED.invoke(action);
      }
    } catch (PrivilegedActionException e) {
      throw rejected(e.getCause());
    } catch (Throwable e) { // boundary: a method handle declares whatever it calls may throw
      throw rejected(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static WorkException rejected(Throwable cause) {
    if (cause instanceof WorkException known) {
      return known;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new WorkException(cause);
  }
}
