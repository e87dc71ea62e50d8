package io.bindery.ra;

import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;

/** A deployed message-driven bean: transacted or not, with a pool of bounded size. */
final class TestEndpoints implements MessageEndpointFactory {
  private final TestBean bean;
  private final boolean transacted;
  private final AtomicInteger out = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile int pool = Integer.MAX_VALUE;
  private volatile boolean twoPhase;
  private final AtomicBoolean dying = new AtomicBoolean();
  private volatile TestXid inDoubt;

  private TestEndpoints(TestBean bean, boolean transacted) {
    this.bean = bean;
    this.transacted = transacted;
  }

  static TestEndpoints plain(TestBean bean) {
    return new TestEndpoints(bean, false);
  }

  static TestEndpoints transacted(TestBean bean) {
    return new TestEndpoints(bean, true);
  }

  /** How many beans there are. */
  TestEndpoints pool(int size) {
    pool = size;
    return this;
  }

  /** Commits in two phases, as with a second resource. */
  TestEndpoints inTwoPhases() {
    twoPhase = true;
    return this;
  }

  /** The transaction manager dies between the two phases of the next transaction. */
  TestEndpoints dyingBeforeTheDecision() {
    twoPhase = true;
    dying.set(true);
    return this;
  }

  boolean diesBeforeTheDecision(TestXid xid) {
    if (!dying.getAndSet(false)) {
      return false;
    }
    inDoubt = xid;
    return true;
  }

  /** The branch that waits for its decision, or null. */
  TestXid inDoubt() {
    return inDoubt;
  }

  boolean twoPhase() {
    return twoPhase;
  }

  TestBean bean() {
    return bean;
  }

  void released() {
    out.decrementAndGet();
  }

  /** How many endpoints are held now. */
  int held() {
    return out.get();
  }

  /** How often there was none. */
  int refused() {
    return refused.get();
  }

  @Override
  public MessageEndpoint createEndpoint(XAResource resource) throws UnavailableException {
    if (out.incrementAndGet() > pool) {
      out.decrementAndGet();
      refused.incrementAndGet();
      throw new UnavailableException("the pool of beans is empty");
    }
    return new TestEndpoint(this, resource);
  }

  @Override
  public MessageEndpoint createEndpoint(XAResource resource, long timeoutMs)
      throws UnavailableException {
    return createEndpoint(resource);
  }

  @Override
  public boolean isDeliveryTransacted(Method method) {
    return transacted;
  }

  @Override
  public String getActivationName() {
    return "test";
  }

  @Override
  public Class<?> getEndpointClass() {
    return TestBean.class;
  }
}
