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

  /** How many it may show before it is told again, -1 for any number. */
  private long credit = -1;

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

  @Override
  public void credit(long more) {
    credit = Math.max(0, credit) + more;
    if (begun) {
      goOnLater();
    }
  }

  @Override
  public void creditAnew(long all) {
    credit = credit < 0 ? credit : all;
  }

  /** It shows what there is as soon as it may. */
  @Override
  public void fetch(Runnable then) {
    then.run();
  }

  private void goOnLater() {
    channel.connection().yield(this::resume);
  }

  @Override
  public void resume() {
    int left = IN_A_TURN;
    while (begun && !paused && !stopped) {
      int most = channel.consuming().credit(BATCH, true);
      most = credit < 0 ? most : (int) Math.min(most, credit);
      if (most == 0) {
        return;
      }
      if (left <= 0) {
        goOnLater();
        return;
      }
      left -= most;
      show(most);
    }
  }

  private void show(int most) {
    List<Delivery> batch = new ArrayList<>(most);
    if (browser.next(most, batch) == 0) {
      stop();
      channel.consuming().ended(this);
      return;
    }
    credit -= credit < 0 ? 0 : batch.size();
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
