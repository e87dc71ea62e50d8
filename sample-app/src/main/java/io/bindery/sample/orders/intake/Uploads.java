package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.DeskException;
import io.bindery.sample.orders.Limits;
import io.bindery.sample.orders.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The uploads that the desk remembers, newest last, as its database does. Thread-safe. */
@ApplicationScoped
public class Uploads {
  private static final int NAME_CHARS = 100;

  private final Map<String, Upload> byId = new LinkedHashMap<>();
  private UploadStore store;

  /** For the container. */
  protected Uploads() {}

  /** The uploads of this store. */
  @Inject
  public Uploads(UploadStore store) {
    this.store = store;
    store.all().forEach(stored -> byId.put(stored.status().id(), new Upload(stored)));
  }

  /**
   * Opens an upload.
   *
   * @param name of the file, for people
   * @param size in bytes, or {@link Upload#UNKNOWN_SIZE}
   * @throws DeskException if a limit is passed
   */
  public synchronized Upload open(String name, long size) {
    if (size > Limits.UPLOAD_BYTES) {
      throw new DeskException(
          413,
          "the file has " + size + " bytes; at most " + Limits.UPLOAD_BYTES + " are taken",
          "split the file",
          List.of(Problem.of("size", "at most " + Limits.UPLOAD_BYTES)));
    }
    if (size < Upload.UNKNOWN_SIZE) {
      throw new DeskException(
          422,
          "size is negative",
          "send the file's size in bytes, or leave it out",
          List.of(Problem.of("size", "from 0 to " + Limits.UPLOAD_BYTES)));
    }
    makeRoom();
    String shown = name.length() > NAME_CHARS ? name.substring(0, NAME_CHARS) : name;
    Upload upload = new Upload(UUID.randomUUID().toString(), shown, size);
    store.open(upload.status());
    byId.put(upload.id(), upload);
    return upload;
  }

  private void makeRoom() {
    boundRecords();
    while (byId.size() >= Limits.UPLOADS) {
      if (!forgetOldest()) {
        throw new DeskException(
            503, Limits.UPLOADS + " uploads are running, which is the limit", "try again later");
      }
    }
  }

  /** Called before something comes that beans record: keeps {@link Limits#RECORDED_ORDERS}. */
  public synchronized void boundRecords() {
    if (store.recorded() > Limits.RECORDED_ORDERS) {
      store.forgetLoose();
    }
    while (store.recorded() > Limits.RECORDED_ORDERS && forgetOldest()) {
      // the next one
    }
  }

  /** Forgets the oldest upload that is not running, and what the beans recorded of it. */
  private boolean forgetOldest() {
    for (Upload upload : byId.values()) {
      if (upload.status().state() != Upload.State.RUNNING) {
        store.forget(upload.id());
        byId.remove(upload.id());
        return true;
      }
    }
    return false;
  }

  /**
   * The upload of this identifier.
   *
   * @throws DeskException if it is not known
   */
  public synchronized Upload get(String id) {
    Upload upload = byId.get(id);
    if (upload == null) {
      throw new DeskException(
          404,
          "no upload has this id; the desk remembers the last " + Limits.UPLOADS,
          "start a new one with POST /api/uploads");
    }
    return upload;
  }

  /** All that are remembered, newest first. */
  public synchronized List<Upload.Status> newestFirst() {
    List<Upload.Status> all = new ArrayList<>();
    byId.values().forEach(upload -> all.add(0, upload.status()));
    return all;
  }
}
