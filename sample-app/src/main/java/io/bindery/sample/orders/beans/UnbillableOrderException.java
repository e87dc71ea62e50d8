package io.bindery.sample.orders.beans;

/** Billing cannot bill this order. A system exception: the container rolls the transaction back. */
public class UnbillableOrderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnbillableOrderException(String orderId) {
    super("order " + orderId + " is poison; billing cannot bill it until it is repaired");
  }
}
