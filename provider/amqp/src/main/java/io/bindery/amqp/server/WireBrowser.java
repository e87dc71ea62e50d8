package io.bindery.amqp.server;

import io.bindery.amqp.codec.MethodType;
import io.bindery.engine.AmqpException;
import io.bindery.engine.Browser;
import io.bindery.engine.Delivery;
import java.util.ArrayList;
import java.util.List;

/** Shows a client the messages of a queue, and ends when it has seen them. On the event loop. */
final class WireBrowser implements Feed {
  private static final int BATCH = 64;

  /** Then others on the same event loop have their turn. */
  private static final int IN_A_TURN = 512;

  private final ClientChannel channel;
  private final String tag;
  private final Browser browser;
  private boolean begun;
  private boolean paused;
  private boolean stopped;

  WireBrowser(ClientChannel channel, String tag, Browser browser) {
    this.channel = channel;
    this.tag = tag;
    this.browser = browser;
  }

  @Override
  public String tag() {
    return tag;
  }

  @Override
  public void begin() {
    begun = true;
    goOnLater();
  }

  @Override
  public void pause(boolean now) {
    paused = now;
    if (begun && !paused) {
      goOnLater();
    }
  }

  private void goOnLater() {
    channel.connection().yield(this::resume);
  }

  @Override
  public void resume() {
    int left = IN_A_TURN;
    while (begun && !paused && !stopped) {
      int credit = channel.consuming().credit(BATCH, true);
      if (credit == 0) {
        return;
      }
      if (left <= 0) {
        goOnLater();
        return;
      }
      left -= credit;
      show(credit);
    }
  }

  private void show(int most) {
    List<Delivery> batch = new ArrayList<>(most);
    if (browser.next(most, batch) == 0) {
      stop();
      channel.consuming().ended(this);
      return;
    }
    for (Delivery each : batch) {
      try {
        channel.consuming().show(this, each);
      } catch (AmqpException e) {
        channel.fail(e, MethodType.BASIC_DELIVER);
        return;
      }
    }
  }

  @Override
  public void stop() {
    if (!stopped) {
      stopped = true;
      browser.close();
    }
  }
}
