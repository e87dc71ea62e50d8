package io.bindery.ra;

import jakarta.resource.spi.ManagedConnectionMetaData;

/**
 * What a managed connection says of itself.
 *
 * @param user as whom it is connected, empty for none
 */
record ManagedMetaData(String user) implements ManagedConnectionMetaData {
  @Override
  public String getEISProductName() {
    return "Bindery";
  }

  @Override
  public String getEISProductVersion() {
    return "0.1";
  }

  /** No limit. */
  @Override
  public int getMaxConnections() {
    return 0;
  }

  @Override
  public String getUserName() {
    return user;
  }
}
