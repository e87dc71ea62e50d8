package io.bindery.server;

import io.bindery.amqp.server.Authenticator;
import io.bindery.amqp.server.Login;
import io.bindery.amqp.server.Peer;
import io.bindery.engine.AmqpException;
import io.bindery.engine.ReplyCode;
import io.bindery.engine.Ticket;
import io.bindery.server.access.AccessControl;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Logs clients in. What was right before is so at once. Other passwords are checked on threads of
 * their own, since their hashes are slow on purpose, and in turn ({@link LoginQueue}); a client
 * that comes when too many of its address wait is told to come again, and for nobody who has waited
 * too long anything is checked. Thread-safe.
 */
final class Logins implements Authenticator {
  private static final int THREADS = 2;

  /** What is checked in about the time that a handshake may take. */
  private static final int MOST_OF_AN_ADDRESS = 200;

  private final AccessControl access;
  private final Set<String> loopbackUsers;
  private final long patienceNs;
  private final LoginQueue queue = new LoginQueue(MOST_OF_AN_ADDRESS);
  private final Executor threads;

  /**
   * Logs in whom an access control knows.
   *
   * @param loopbackUsers who may only connect from this machine
   * @param patienceMs how long clients wait at most
   * @param threads where passwords are checked
   */
  Logins(AccessControl access, Set<String> loopbackUsers, long patienceMs, Executor threads) {
    this.access = access;
    this.loopbackUsers = loopbackUsers;
    this.patienceNs = TimeUnit.MILLISECONDS.toNanos(patienceMs);
    this.threads = threads;
  }

  /** Threads that end when there is nothing to check. */
  static Executor threads() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "bindery-login");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public Ticket<Login> byPassword(String user, String password, Peer peer) {
    if (isTooFar(user, peer)) {
      return Ticket.failed(tooFar(user));
    }
    if (access.isRemembered(user, password)) {
      return Ticket.done(new Login(user, password));
    }
    Ticket<Login> answer = new Ticket<>();
    if (queue.add(user, password, new LoginQueue.Asked(peer.host(), System.nanoTime(), answer))) {
      threads.execute(this::checkNext);
    } else {
      answer.fail(
          comeAgain(
              user,
              MOST_OF_AN_ADDRESS + " logins of " + peer.host() + " wait, which is the limit"));
    }
    return answer;
  }

  private static AmqpException comeAgain(String user, String why) {
    return new AmqpException(
        ReplyCode.RESOURCE_ERROR,
        "The password of user '" + user + "' was not checked: " + why + "; connect again later");
  }

  /** Called as often as somebody was added; there is nothing left for who shared a check. */
  private void checkNext() {
    LoginQueue.Check check = queue.next();
    if (check == null) {
      return;
    }
    if (System.nanoTime() - check.askedNs() > patienceNs) {
      check.answers().forEach(each -> each.fail(comeAgain(check.user(), "too many logins wait")));
    } else if (access.accepts(check.user(), check.password())) {
      check.answers().forEach(each -> each.complete(new Login(check.user(), check.password())));
    } else {
      String why = "User '" + check.user() + "' is unknown, or the password is wrong";
      check.answers().forEach(each -> each.fail(refused(why)));
    }
  }

  private boolean isTooFar(String user, Peer peer) {
    return loopbackUsers.contains(user) && !peer.local();
  }

  private static AmqpException tooFar(String user) {
    return refused("User '" + user + "' may only connect from the broker's own machine");
  }

  private static AmqpException refused(String why) {
    return new AmqpException(ReplyCode.ACCESS_REFUSED, why);
  }

  @Override
  public boolean knowsCertificates(Peer peer) {
    return peer.certificate() != null;
  }

  /** The user of a certificate is its subject's common name. */
  @Override
  public Ticket<Login> byCertificate(Peer peer) {
    String name = commonName(peer.certificate());
    if (isTooFar(name, peer)) {
      return Ticket.failed(tooFar(name));
    }
    if (access.state().users().containsKey(name)) {
      return Ticket.done(new Login(name, access.certified()));
    }
    return Ticket.failed(
        refused("The certificate's common name '" + name + "' is no user of this broker"));
  }

  private static String commonName(X509Certificate certificate) {
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn each : subject.getRdns()) {
        if (each.getType().equalsIgnoreCase("CN")) {
          return each.getValue().toString();
        }
      }
      return "";
    } catch (InvalidNameException e) {
      return "";
    }
  }
}
