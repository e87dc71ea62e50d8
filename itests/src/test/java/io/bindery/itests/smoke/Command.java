package io.bindery.itests.smoke;

/** What a test may ask the application to do. */
enum Command {
  SEND {
    @Override
    String run(Desk desk, String text, int times) {
      desk.send(text, times);
      return "sent";
    }
  },
  ROLL_BACK {
    @Override
    String run(Desk desk, String text, int times) {
      desk.sendAndRollBack(text);
      return "rolled back";
    }
  },
  SHOWN {
    @Override
    String run(Desk desk, String text, int times) {
      return Inbox.await(text, times);
    }
  },
  FORWARDED {
    @Override
    String run(Desk desk, String text, int times) {
      return desk.forwarded();
    }
  };

  /** Runs with a text and a number, and answers a text. */
  abstract String run(Desk desk, String text, int times);
}
