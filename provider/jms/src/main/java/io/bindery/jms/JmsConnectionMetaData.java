package io.bindery.jms;

import jakarta.jms.ConnectionMetaData;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** What this provider is (Jakarta Messaging 6.1.6). Immutable. */
final class JmsConnectionMetaData implements ConnectionMetaData {
  static final JmsConnectionMetaData INSTANCE = new JmsConnectionMetaData();

  private static final List<String> JMSX_NAMES =
      List.of("JMSXDeliveryCount", "JMSXGroupID", "JMSXGroupSeq");
  private static final int MAJOR = 0;
  private static final int MINOR = 1;

  private JmsConnectionMetaData() {}

  @Override
  public String getJMSVersion() {
    return "3.1";
  }

  @Override
  public int getJMSMajorVersion() {
    return 3;
  }

  @Override
  public int getJMSMinorVersion() {
    return 1;
  }

  @Override
  public String getJMSProviderName() {
    return "Bindery";
  }

  @Override
  public String getProviderVersion() {
    return MAJOR + "." + MINOR;
  }

  @Override
  public int getProviderMajorVersion() {
    return MAJOR;
  }

  @Override
  public int getProviderMinorVersion() {
    return MINOR;
  }

  @Override
  public Enumeration<String> getJMSXPropertyNames() {
    return Collections.enumeration(JMSX_NAMES);
  }
}
