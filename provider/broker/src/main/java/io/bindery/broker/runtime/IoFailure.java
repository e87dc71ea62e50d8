package io.bindery.broker.runtime;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong with a file: the exceptions of the JDK often hold nothing but its path. */
public final class IoFailure {
  private IoFailure() {}

  /** The file and what is wrong with it, for people. */
  public static String of(IOException e) {
    String reason = e instanceof FileSystemException named ? reason(named) : null;
    if (reason != null) {
      return ((FileSystemException) e).getFile() + ": " + reason;
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static String reason(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied for user '" + System.getProperty("user.name") + "'";
    }
    if (e instanceof NoSuchFileException) {
      return "it is not there";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it is there already";
    }
    return e instanceof NotDirectoryException
        ? "it is no directory but a file; give a directory"
        : null;
  }
}
