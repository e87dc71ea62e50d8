package io.bindery.engine;

/**
 * The reply codes of AMQP 0-9-1 (constants of the specification), with the scope that each closes
 * on the wire.
 */
public enum ReplyCode {
  /** A message was larger than the receiver takes. */
  CONTENT_TOO_LARGE(311, Scope.CHANNEL),
  /** A mandatory message could not be routed. */
  NO_ROUTE(312, Scope.CHANNEL),
  /** An operator closed the connection. */
  CONNECTION_FORCED(320, Scope.CONNECTION),
  /** No such virtual host, or an illegal path. */
  INVALID_PATH(402, Scope.CONNECTION),
  /** The user may not do this. */
  ACCESS_REFUSED(403, Scope.CHANNEL),
  /** No such exchange, queue, subscription or delivery. */
  NOT_FOUND(404, Scope.CHANNEL),
  /** Another connection or consumer has it exclusively. */
  RESOURCE_LOCKED(405, Scope.CHANNEL),
  /** What exists differs from what was asked, or is in a state that forbids it. */
  PRECONDITION_FAILED(406, Scope.CHANNEL),
  /** Bytes that are no frame. */
  FRAME_ERROR(501, Scope.CONNECTION),
  /** A frame or an argument that makes no sense. */
  SYNTAX_ERROR(502, Scope.CONNECTION),
  /** A method that may not come now. */
  COMMAND_INVALID(503, Scope.CONNECTION),
  /** The channel, connection or engine is closed. */
  CHANNEL_ERROR(504, Scope.CONNECTION),
  /** A frame that may not come now. */
  UNEXPECTED_FRAME(505, Scope.CONNECTION),
  /** A limit of the engine was reached: the text names it and its key. */
  RESOURCE_ERROR(506, Scope.CONNECTION),
  /** A name or operation that is not allowed. */
  NOT_ALLOWED(530, Scope.CONNECTION),
  /** This engine cannot do it: see its capabilities. */
  NOT_IMPLEMENTED(540, Scope.CONNECTION),
  /** The engine failed. */
  INTERNAL_ERROR(541, Scope.CONNECTION);

  /** What the wire closes. */
  public enum Scope {
    /** Only the channel on which it happened. */
    CHANNEL,
    /** The whole connection. */
    CONNECTION
  }

  private final int code;
  private final Scope scope;

  ReplyCode(int code, Scope scope) {
    this.code = code;
    this.scope = scope;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** What the wire closes for it. */
  public Scope scope() {
    return scope;
  }
}
