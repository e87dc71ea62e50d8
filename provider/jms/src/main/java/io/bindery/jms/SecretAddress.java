package io.bindery.jms;

import javax.naming.RefAddr;

/** A part of a reference whose content is never printed. */
final class SecretAddress extends RefAddr {
  private static final long serialVersionUID = 1L;

  private final String content;

  SecretAddress(String type, String content) {
    super(type);
    this.content = content;
  }

  @Override
  public Object getContent() {
    return content;
  }

  @Override
  public String toString() {
    return "Type: " + getType() + "\nContent: ****\n";
  }
}
