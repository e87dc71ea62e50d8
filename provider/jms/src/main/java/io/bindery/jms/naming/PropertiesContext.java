package io.bindery.jms.naming;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NameParser;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.NotContextException;
import javax.naming.OperationNotSupportedException;

/**
 * A context whose content came with its configuration and stays as it is. Immutable but for its
 * environment.
 */
final class PropertiesContext implements Context {
  private final String prefix;
  private final Map<String, Object> bindings;
  private final Hashtable<Object, Object> environment;

  /**
   * The view of all names that begin so.
   *
   * @param prefix empty, or ends with a slash
   */
  PropertiesContext(String prefix, Map<String, Object> bindings, Hashtable<?, ?> environment) {
    this.prefix = prefix;
    this.bindings = bindings;
    this.environment = new Hashtable<>(environment);
  }

  @Override
  public Object lookup(String name) throws NamingException {
    if (name.isEmpty()) {
      return new PropertiesContext(prefix, bindings, environment);
    }
    Object found = bindings.get(prefix + name);
    if (found != null) {
      return found;
    }
    String below = prefix + name + "/";
    if (bindings.keySet().stream().anyMatch(each -> each.startsWith(below))) {
      return new PropertiesContext(below, bindings, environment);
    }
    throw new NameNotFoundException(
        "There is no '"
            + prefix
            + name
            + "': configured are "
            + bindings.keySet()
            + "; add a property such as queue."
            + prefix
            + name
            + " = NAME");
  }

  @Override
  public Object lookup(Name name) throws NamingException {
    return lookup(String.join("/", parts(name)));
  }

  private static List<String> parts(Name name) {
    List<String> parts = new ArrayList<>();
    name.getAll().asIterator().forEachRemaining(parts::add);
    return parts;
  }

  @Override
  public Object lookupLink(String name) throws NamingException {
    return lookup(name);
  }

  @Override
  public Object lookupLink(Name name) throws NamingException {
    return lookup(name);
  }

  @Override
  public NamingEnumeration<NameClassPair> list(String name) throws NamingException {
    List<NameClassPair> pairs = new ArrayList<>();
    children(name)
        .forEach(
            (child, object) -> pairs.add(new NameClassPair(child, object.getClass().getName())));
    return new Listing<>(pairs.iterator());
  }

  @Override
  public NamingEnumeration<NameClassPair> list(Name name) throws NamingException {
    return list(String.join("/", parts(name)));
  }

  @Override
  public NamingEnumeration<Binding> listBindings(String name) throws NamingException {
    List<Binding> pairs = new ArrayList<>();
    children(name).forEach((child, object) -> pairs.add(new Binding(child, object)));
    return new Listing<>(pairs.iterator());
  }

  @Override
  public NamingEnumeration<Binding> listBindings(Name name) throws NamingException {
    return listBindings(String.join("/", parts(name)));
  }

  private Map<String, Object> children(String name) throws NamingException {
    if (!(lookup(name) instanceof PropertiesContext parent)) {
      throw new NotContextException("'" + prefix + name + "' is no context");
    }
    Map<String, Object> children = new TreeMap<>();
    for (String each : bindings.keySet()) {
      if (each.startsWith(parent.prefix)) {
        String rest = each.substring(parent.prefix.length());
        String child = rest.substring(0, (rest + "/").indexOf('/'));
        children.put(child, parent.lookup(child));
      }
    }
    return children;
  }

  @Override
  public NameParser getNameParser(String name) {
    return CompositeName::new;
  }

  @Override
  public NameParser getNameParser(Name name) {
    return CompositeName::new;
  }

  @Override
  public String composeName(String name, String before) {
    return before.isEmpty() ? name : before + "/" + name;
  }

  @Override
  public Name composeName(Name name, Name before) throws NamingException {
    return ((Name) before.clone()).addAll(name);
  }

  @Override
  public String getNameInNamespace() {
    return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
  }

  @Override
  public Object addToEnvironment(String key, Object value) {
    return environment.put(key, value);
  }

  @Override
  public Object removeFromEnvironment(String key) {
    return environment.remove(key);
  }

  @Override
  public Hashtable<?, ?> getEnvironment() {
    return new Hashtable<>(environment);
  }

  @Override
  public void close() {
    // It holds nothing.
  }

  private static OperationNotSupportedException unchangeable(String method) {
    return new OperationNotSupportedException(
        method + ": this context cannot be changed; its content is its configuration");
  }

  @Override
  public void bind(Name name, Object object) throws NamingException {
    throw unchangeable("bind");
  }

  @Override
  public void bind(String name, Object object) throws NamingException {
    throw unchangeable("bind");
  }

  @Override
  public void rebind(Name name, Object object) throws NamingException {
    throw unchangeable("rebind");
  }

  @Override
  public void rebind(String name, Object object) throws NamingException {
    throw unchangeable("rebind");
  }

  @Override
  public void unbind(Name name) throws NamingException {
    throw unchangeable("unbind");
  }

  @Override
  public void unbind(String name) throws NamingException {
    throw unchangeable("unbind");
  }

  @Override
  public void rename(Name from, Name to) throws NamingException {
    throw unchangeable("rename");
  }

  @Override
  public void rename(String from, String to) throws NamingException {
    throw unchangeable("rename");
  }

  @Override
  public Context createSubcontext(Name name) throws NamingException {
    throw unchangeable("createSubcontext");
  }

  @Override
  public Context createSubcontext(String name) throws NamingException {
    throw unchangeable("createSubcontext");
  }

  @Override
  public void destroySubcontext(Name name) throws NamingException {
    throw unchangeable("destroySubcontext");
  }

  @Override
  public void destroySubcontext(String name) throws NamingException {
    throw unchangeable("destroySubcontext");
  }

  /** What a context has, one after the other. */
  private record Listing<T>(Iterator<T> each) implements NamingEnumeration<T> {
    @Override
    public T next() {
      return each.next();
    }

    @Override
    public boolean hasMore() {
      return each.hasNext();
    }

    @Override
    public T nextElement() {
      return each.next();
    }

    @Override
    public boolean hasMoreElements() {
      return each.hasNext();
    }

    @Override
    public void close() {
      // It holds nothing.
    }
  }
}
