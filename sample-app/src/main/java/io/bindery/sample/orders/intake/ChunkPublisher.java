package io.bindery.sample.orders.intake;

import io.bindery.sample.orders.OrderChannel;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;

/** One transaction over the broker and the database. */
@Stateless
@Local(ChunkChannel.class)
public class ChunkPublisher implements ChunkChannel {
  private OrderChannel orders;
  private UploadStore store;

  /** For the container. */
  public ChunkPublisher() {}

  /** A publisher to this channel and store. */
  @Inject
  public ChunkPublisher(OrderChannel orders, UploadStore store) {
    this.orders = orders;
    this.store = store;
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
  public void publish(Upload upload, Chunk chunk) {
    if (!chunk.orders().isEmpty()) {
      orders.publish(upload.id(), chunk.orders());
    }
    store.confirm(upload, chunk);
  }
}
