package io.bindery.server.http;

/** A request that is answered with an error. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String why) {
    super(why);
    this.status = status;
  }

  int status() {
    return status;
  }

  static Refusal badRequest(String why) {
    return new Refusal(400, why);
  }

  static Refusal notFound(String what) {
    return new Refusal(404, what);
  }

  static Refusal forbidden(String why) {
    return new Refusal(403, why);
  }
}
