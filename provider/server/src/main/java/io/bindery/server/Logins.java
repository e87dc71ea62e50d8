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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Logs clients in. Passwords are checked on threads of their own, since their hashes are slow on
 * purpose; a client that comes when too many wait is told to come again. Thread-safe.
 */
final class Logins implements Authenticator {
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 1_000;

  private final AccessControl access;
  private final Set<String> loopbackUsers;
  private final ExecutorService threads;

  Logins(AccessControl access, Set<String> loopbackUsers) {
    this.access = access;
    this.loopbackUsers = loopbackUsers;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            task -> {
              Thread thread = new Thread(task, "bindery-login");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  @Override
  public Ticket<Login> byPassword(String user, String password, Peer peer) {
    if (isTooFar(user, peer)) {
      return Ticket.failed(tooFar(user));
    }
    Ticket<Login> answer = new Ticket<>();
    try {
      threads.execute(
          () -> {
            if (access.accepts(user, password)) {
              answer.complete(new Login(user, password));
            } else {
              answer.fail(refused("User '" + user + "' is unknown, or the password is wrong"));
            }
          });
    } catch (RejectedExecutionException e) {
      answer.fail(
          new AmqpException(
              ReplyCode.RESOURCE_ERROR,
              MOST_WAITING + " logins wait, which is the limit; connect again later",
              e));
    }
    return answer;
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
