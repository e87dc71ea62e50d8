package io.bindery.sample.orders;

import java.util.List;

/** Where valid orders go. */
public interface OrderChannel {
  /**
   * Publishes all of these orders or none, in the caller's transaction if there is one.
   *
   * @param run the upload that they came with, or {@link OrderMessage#SINGLE}
   * @throws DeskException if they could not be published
   */
  void publish(String run, List<Order> orders);
}
