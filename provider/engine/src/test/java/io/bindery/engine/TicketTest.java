package io.bindery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Answers that come later. */
class TicketTest {
  private static final AmqpException FAILURE =
      new AmqpException(ReplyCode.NOT_FOUND, "There is no queue 'q'");

  @Test
  void aTicketThatIsDoneAnswersAtOnce() throws AmqpException {
    Ticket<String> ticket = Ticket.done("x");
    assertTrue(ticket.isDone());
    assertTrue(ticket.awaitDone(0));
    assertEquals("x", ticket.await());
    assertNull(ticket.failure());
    assertSame(Ticket.done(), Ticket.done());
    assertNull(Ticket.done().await());
  }

  @Test
  void aFailedTicketThrowsItsFailure() {
    Ticket<String> ticket = Ticket.failed(FAILURE);
    assertTrue(ticket.isDone());
    assertSame(FAILURE, ticket.failure());
    assertSame(FAILURE, assertThrows(AmqpException.class, ticket::await));
    assertThrows(NullPointerException.class, () -> Ticket.failed(null));
  }

  @Test
  void anOpenTicketIsNotDone() {
    Ticket<String> ticket = new Ticket<>();
    assertFalse(ticket.isDone());
    assertNull(ticket.failure());
    assertFalse(ticket.awaitDone(0));
    assertFalse(ticket.awaitDone(-1));
    assertFalse(ticket.awaitDone(1));
  }

  @Test
  void onlyTheFirstCompletionCounts() throws AmqpException {
    Ticket<String> ticket = new Ticket<>();
    assertTrue(ticket.complete("first"));
    assertFalse(ticket.complete("second"));
    assertFalse(ticket.fail(FAILURE));
    assertEquals("first", ticket.await());
    assertNull(ticket.failure());

    Ticket<String> failed = new Ticket<>();
    assertTrue(failed.fail(FAILURE));
    assertFalse(failed.complete("late"));
    assertThrows(AmqpException.class, failed::await);
  }

  @Test
  void followersAreCalledOnceInTheirOrder() {
    List<String> heard = new ArrayList<>();
    Ticket<String> ticket = new Ticket<>();
    ticket.whenDone((value, failure) -> heard.add("a:" + value + failure));
    ticket.whenDone((value, failure) -> heard.add("b:" + value + failure));
    assertEquals(List.of(), heard);
    ticket.complete("x");
    ticket.complete("y");
    ticket.whenDone((value, failure) -> heard.add("c:" + value + failure));
    assertEquals(List.of("a:xnull", "b:xnull", "c:xnull"), heard);

    List<AmqpException> failures = new ArrayList<>();
    Ticket<String> failed = new Ticket<>();
    failed.whenDone((value, failure) -> failures.add(failure));
    failed.fail(FAILURE);
    failed.whenDone((value, failure) -> failures.add(failure));
    assertEquals(List.of(FAILURE, FAILURE), failures);
  }

  @Test
  void aFollowerMayUseTheTicket() {
    Ticket<String> ticket = new Ticket<>();
    List<String> heard = new ArrayList<>();
    ticket.whenDone(
        (value, failure) -> {
          assertTrue(ticket.isDone());
          ticket.whenDone((again, none) -> heard.add(again));
        });
    ticket.complete("x");
    assertEquals(List.of("x"), heard);
  }

  @Test
  void waitersAreWokenByAnotherThread()
      throws InterruptedException, ExecutionException, TimeoutException {
    Ticket<String> ticket = new Ticket<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<String> forEver = threads.submit((Callable<String>) ticket::await);
      Future<Boolean> forAWhile = threads.submit(() -> ticket.awaitDone(60_000));
      ticket.complete("x");
      assertEquals("x", forEver.get(30, TimeUnit.SECONDS));
      assertTrue(forAWhile.get(30, TimeUnit.SECONDS));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anInterruptDoesNotEndTheWaitAndIsKept()
      throws InterruptedException, ExecutionException, TimeoutException {
    Ticket<String> ticket = new Ticket<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Boolean>> waiting = new ArrayList<>();
      waiting.add(
          threads.submit(
              () -> {
                Thread.currentThread().interrupt();
                assertEquals("x", ticket.await());
                return Thread.interrupted();
              }));
      waiting.add(
          threads.submit(
              () -> {
                Thread.currentThread().interrupt();
                assertTrue(ticket.awaitDone(60_000));
                return Thread.interrupted();
              }));
      ticket.complete("x");
      for (Future<Boolean> each : waiting) {
        assertTrue(each.get(30, TimeUnit.SECONDS), "the flag is set again");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRaceOfCompletionsCallsEachFollowerOnce()
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 500; round++) {
        Ticket<Integer> ticket = new Ticket<>();
        AtomicInteger heard = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        Future<Boolean> one = threads.submit(() -> completed(ticket, start));
        Future<Boolean> other = threads.submit(() -> completed(ticket, start));
        start.countDown();
        ticket.whenDone((value, failure) -> heard.incrementAndGet());
        boolean first = one.get(30, TimeUnit.SECONDS);
        assertTrue(first != other.get(30, TimeUnit.SECONDS), "exactly one completes it");
        assertEquals(1, heard.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean completed(Ticket<Integer> ticket, CountDownLatch start)
      throws InterruptedException {
    start.await();
    return ticket.complete(1);
  }
}
