package io.bindery.itests.wire;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Why a test expects what it does. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Cites {
  /**
   * A section of AMQP 0-9-1, a method, field, rule or constant of its XML, or the page of
   * RabbitMQ's documentation, then in quotes.
   */
  String value();
}
